import type { PictureQuery } from '../search/query.js';
import type { InUse } from '../session.js';
import type { Answer, Crop, Spot } from '../types.js';
import { answerIn, boxIn, holderIn, listIn, nameIn, textIn } from './readAnswer.js';

/** What is kept of a picture: never the photo itself. */
export interface Kept {
  readonly id: string;
  readonly source: 'photo' | 'product';
  /** A small JPEG of a photo, in base64; the address of a product's picture. */
  readonly preview?: string;
  readonly product?: string;
  readonly name?: string;
  readonly crop?: Crop;
  readonly spots: readonly Spot[];
  readonly removed: readonly string[];
  readonly answer: Answer;
}

const MOST_SPOTS = 50;
const LONGEST_ID = 512;
const LONGEST_NAME = 200;
const LONGEST_PREVIEW = 7_000;
const LONGEST_ADDRESS = 2_000;

/** What there is to keep of a picture in use. */
export function keptOf({ origin, query, spots }: InUse, id: string, thumbnail?: string): Kept {
  const kept = { id, source: origin.source, spots, removed: [...query.removed], answer: query.answer };
  if (origin.source === 'photo')
    return {
      ...kept,
      ...(origin.crop ? { crop: origin.crop } : {}),
      ...(thumbnail ? { preview: thumbnail } : {}),
    };
  const { product, name } = origin;
  return { ...kept, product, ...(name ? { name } : {}), ...(thumbnail ? { preview: thumbnail } : {}) };
}

/**
 * A kept picture that somebody else may have written; undefined for what is none.
 *
 * @param from a link shows no picture and names no product: anyone could put anything there
 */
export function keptIn(value: unknown, from: 'link' | 'tab'): Kept | undefined {
  const { id, source, preview, product, name, crop, spots, removed, answer } = holderIn(value);
  const read = answerIn(answer);
  const isProduct = source === 'product';
  const objectID = textIn(product, /^./s, LONGEST_ID);
  if (!read || (!isProduct && source !== 'photo') || (isProduct && !objectID)) return undefined;
  const [shown, part, called] = [
    previewIn(preview, isProduct),
    boxIn(crop),
    textIn(name, /^./s, LONGEST_NAME),
  ];
  return {
    id: textIn(id, /^./s, LONGEST_ID) ?? '',
    source,
    spots: listIn(spots, MOST_SPOTS, spotIn),
    removed: listIn(removed, MOST_SPOTS, nameIn),
    answer: read,
    ...(isProduct && objectID ? { product: objectID } : {}),
    ...(from === 'tab' && called ? { name: called } : {}),
    ...(part ? { crop: part } : {}),
    ...(from === 'tab' && shown ? { preview: shown } : {}),
  };
}

/** The query of a kept picture. */
export const queryOf = ({ answer, removed, product }: Kept): PictureQuery => ({
  answer,
  removed: new Set(removed),
  ...(product === undefined ? {} : { product }),
});

const previewIn = (value: unknown, isProduct: boolean) =>
  isProduct
    ? textIn(value, /^(?:https?:)?[/.]/, LONGEST_ADDRESS)
    : textIn(value, /^[A-Za-z0-9+/]+={0,2}$/, LONGEST_PREVIEW);

function spotIn(value: unknown): Spot | undefined {
  const { description, box } = holderIn(value);
  const [name, place] = [nameIn(description), boxIn(box)];
  return name && place ? { description: name, box: place } : undefined;
}
