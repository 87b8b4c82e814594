/**
 * Readers of a record's visual attributes, under the names that the shop chose. Anyone may have written into the
 * record: what is there in another form than this project writes is ignored.
 */

import type { AttributeNames, SeenLabel } from '../types.js';

/** Names of the attributes where the shop chose no others. */
export const DEFAULT_NAMES: AttributeNames = {
  imageURL: 'imageURL',
  labels: 'labels',
  labelNames: 'labelNames',
  visual: 'visual',
  visualWords: 'visualWords',
};

/** Names as an answer or a configuration has them, and the default of each that it lacks. */
export const namesIn = (names: unknown): AttributeNames =>
  Object.fromEntries(
    Object.entries(DEFAULT_NAMES).map(([name, usual]) => [name, textIn(names, name) ?? usual]),
  ) as unknown as AttributeNames;

/** A label of a product with its confidence, 0..1. */
export type RecordLabel = Pick<SeenLabel, 'description' | 'score'>;

export const labelsOf = (record: unknown, { labels }: AttributeNames): RecordLabel[] =>
  listIn(record, labels).filter(isLabel);

/** Names of the product's labels, from either list. */
export const labelNamesOf = (record: unknown, names: AttributeNames): string[] => [
  ...labelsOf(record, names).map(({ description }) => description),
  ...textsIn(record, names.labelNames),
];

/** The recognizer that gave the record its labels. */
export const recognizerOf = (record: unknown, { visual }: AttributeNames): string | undefined =>
  textIn(valueIn(record, visual), RECOGNIZER);

/** The address of the product's picture. */
export const pictureOf = (record: unknown, { imageURL }: AttributeNames): string | undefined =>
  textIn(record, imageURL);

/** The texts at a facet to filter by. */
export const facetOf = (record: unknown, facet: string, names: AttributeNames): string[] =>
  facet === `${names.labels}.description`
    ? labelsOf(record, names).map(({ description }) => description)
    : textsIn(record, facet);

/** An encoder's code of the picture, as signed bytes; none where that is no base64. */
export function codeIn(record: unknown, attribute: string): Int8Array {
  const code = textIn(record, attribute) ?? '';
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(code)
    ? Int8Array.from(atob(code), (character) => character.charCodeAt(0))
    : new Int8Array();
}

const RECOGNIZER = 'recognizer';

/** The facet of the recognizer that gave a record its labels. */
export const sourceFacet = ({ visual }: AttributeNames) => `${visual}.${RECOGNIZER}`;

/** Whether a facet holds visual words: behind their name stands the encoder that they are of. */
export const isWordFacet = (facet: string, { visualWords }: AttributeNames) =>
  facet.startsWith(`${visualWords}_`);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function isLabel(value: unknown): value is RecordLabel {
  const score = valueIn(value, 'score');
  return isText(valueIn(value, 'description')) && typeof score === 'number' && score >= 0 && score <= 1;
}

/** The value of an own attribute: nothing that JSON inherits is a text, a list or a number to be taken for one. */
const valueIn = (holder: unknown, name: string): unknown =>
  (holder as Readonly<Record<string, unknown>> | null | undefined)?.[name];

function textIn(holder: unknown, name: string): string | undefined {
  const value = valueIn(holder, name);
  return isText(value) ? value : undefined;
}

function listIn(holder: unknown, name: string): unknown[] {
  const value = valueIn(holder, name);
  return Array.isArray(value) ? value : [];
}

const textsIn = (holder: unknown, name: string) => listIn(holder, name).filter(isText);
