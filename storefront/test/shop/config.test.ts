import { expect, test } from 'vitest';
import { configured } from '../../shop/config.js';
import { DEFAULT_NAMES } from '../../src/search/record.js';
import { otherNames } from '../fixtures.js';

const told = {
  searchUrl: 'https://search.example',
  algolia: { url: 'https://algolia.example', appId: 'APP', apiKey: 'KEY', index: 'shop' },
  sorts: [],
  samples: [],
};

test.each([
  [otherNames, otherNames],
  [
    { imageURL: '', labels: 'imageLabels' },
    { ...DEFAULT_NAMES, labels: 'imageLabels' },
  ],
  [undefined, DEFAULT_NAMES],
])('names told as %j leave none open, and the rest as it is', (attributes, names) => {
  expect(configured({ ...told, attributes })).toEqual({ ...told, attributes: names });
});
