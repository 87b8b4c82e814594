/**
 * What a record tells of its product's looks, under the names that the shop chose. Anyone may have written into
 * it: what stands there otherwise than this project writes it tells nothing.
 */

import type { AttributeNames, SeenLabel } from '../types.js';

/** The names where nobody chose others. */
export const DEFAULT_NAMES: AttributeNames = {
  imageURL: 'imageURL',
  labels: 'labels',
  labelNames: 'labelNames',
  visual: 'visual',
  visualWords: 'visualWords',
};

/** The names that an answer or a configuration tells, and the default of each that it does not tell. */
export const namesIn = (told: unknown): AttributeNames =>
  Object.fromEntries(
    Object.entries(DEFAULT_NAMES).map(([name, usual]) => [name, textIn(told, name) ?? usual]),
  ) as unknown as AttributeNames;

/** A label of a product, as sure as its score, 0..1. */
export type RecordLabel = Pick<SeenLabel, 'description' | 'score'>;

export const labelsOf = (record: unknown, { labels }: AttributeNames): RecordLabel[] =>
  listIn(record, labels).filter(isLabel);

/** What the product's labels are called, in either list. */
export const labelNamesOf = (record: unknown, names: AttributeNames): string[] => [
  ...labelsOf(record, names).map(({ description }) => description),
  ...textsIn(record, names.labelNames),
];

/** Whose labels the record has. */
export const recognizerOf = (record: unknown, { visual }: AttributeNames): string | undefined =>
  textIn(valueIn(record, visual), RECOGNIZER);

/** Where the product's picture is. */
export const pictureOf = (record: unknown, { imageURL }: AttributeNames): string | undefined =>
  textIn(record, imageURL);

/** The texts at a facet to filter by. */
export const facetOf = (record: unknown, facet: string, names: AttributeNames): string[] =>
  facet === `${names.labels}.description`
    ? labelsOf(record, names).map(({ description }) => description)
    : textsIn(record, facet);

/** What an encoder says of the picture, as signed bytes; none where that is no base64. */
export function codeIn(record: unknown, attribute: string): Int8Array {
  const code = textIn(record, attribute) ?? '';
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(code)
    ? Int8Array.from(atob(code), (character) => character.charCodeAt(0))
    : new Int8Array();
}

const RECOGNIZER = 'recognizer';

/** The facet that says whose labels a record has. */
export const sourceFacet = ({ visual }: AttributeNames) => `${visual}.${RECOGNIZER}`;

/** Whether a facet holds visual words: behind their name stands the encoder that they are of. */
export const holdsWords = (facet: string, { visualWords }: AttributeNames) =>
  facet.startsWith(`${visualWords}_`);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function isLabel(value: unknown): value is RecordLabel {
  const score = valueIn(value, 'score');
  return isText(valueIn(value, 'description')) && typeof score === 'number' && score >= 0 && score <= 1;
}

/** Nothing that JSON inherits is a text, a list or a number to be taken for a record's own. */
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
