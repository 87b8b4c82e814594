import type { Answer } from '../../src/index.js';
import { answer, code, labeled, stepsAt, strict as strictAnswer } from '../fixtures.js';
import type { Product } from './algolia.js';

/** What the search function answers with an encoder: the higher a product's number, the closer it is. */
export const picture: Answer = {
  ...answer,
  code: { visualCode_1a: code(0, 127) },
  steps: stepsAt(-0.7, -0.2),
};

/** The opposite: the lower a product's number, the closer it is. */
export const opposite: Answer = { ...picture, code: { visualCode_1a: code(0, -127) } };

/** A picture whose labels every hit must have. */
export const strict: Answer = { ...picture, params: strictAnswer.params };

/** Shoes of two brands, two of each model. */
export const shoes = (count: number): Product[] =>
  Array.from({ length: count }, (_, at) => ({
    objectID: `${at}`,
    name: `Shoe ${at}`,
    brand: at % 2 ? 'Zeta' : 'Acme',
    model: `model ${at >> 1}`,
    price: count - at,
    labels: labeled('Shoe'),
    labelNames: ['Shoe'],
    visual: { recognizer: 'vision/1' },
    visualWords_1a: ['a00'],
    visualCode_1a: code(100, at - 115),
  }));

/** Shoes, of which those of the second brand are none. */
export const shoesAndHats = (count: number): Product[] =>
  shoes(count).map((shoe) =>
    shoe.brand === 'Acme' ? shoe : { ...shoe, labels: labeled('Hat'), labelNames: ['Hat'] },
  );
