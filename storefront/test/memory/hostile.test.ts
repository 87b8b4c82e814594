import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keptIn } from '../../src/memory/kept.js';
import { linkIn, linkTo, unpacked } from '../../src/memory/link.js';
import { answerIn } from '../../src/memory/readAnswer.js';
import type { Answer } from '../../src/types.js';
import { answer, answerIn as answerWith, code, otherNames, stepsAt, strict } from '../fixtures.js';

const box = { x: 0.1, y: 0.2, width: 0.3, height: 0.4 };
const whole: Answer = {
  ...answer,
  labels: [{ description: 'T-shirt (men’s)', score: 0.9, points: 800, sure: true, kind: 'object', box }],
  steps: stepsAt(0.2, 0.5),
  code: { visualCode_1a: code(1, -2, 3) },
  attributes: otherNames,
};
const { attributes: _renamed, ...own } = whole;

test.each([
  ['of labels, words and a code', own],
  ['of strict filters', strict],
  ['of a shop with names of its own', answerWith(otherNames)],
])('an answer %s is read as it is', (_, told) => {
  expect(answerIn(JSON.parse(JSON.stringify(told)))).toEqual(told);
});

describe('from elsewhere', () => {
  const params = (changes: object) => answerIn({ ...own, params: { ...own.params, ...changes } })?.params;

  test.each([
    ['filters of an index', { filters: 'secret:true' }],
    ['attributes to retrieve', { attributesToRetrieve: ['cost'] }],
    ['a user', { userToken: 'x' }],
    ['hits on a page', { hitsPerPage: 1000 }],
    ['numeric filters', { numericFilters: ['price<0'] }],
    ['words', { query: 'casino' }],
    ['facets', { facets: ['*'] }],
    ['a switch of another kind', { getRankingInfo: 'yes' }],
    ['something inherited', JSON.parse('{"__proto__":{"filters":"x"}}')],
  ])('%s are no parameter', (_, changes) => {
    const { getRankingInfo: _asked, ...usual } = own.params;
    expect(params(changes)).toMatchObject(usual);
    expect(Object.keys(params(changes) ?? {}).every((name) => name in own.params)).toBe(true);
  });

  test.each(['analyticsTags', 'ruleContexts'])('%s of somebody else’s are left out', (name) => {
    expect(params({ [name]: ['vip'] })).not.toHaveProperty(name);
  });

  test.each([
    'brand:Acme<score=9>',
    'labels.description:-Shoe<score=9>',
    'labels.score:1',
    'objectID:1',
    'no filter',
    'visualWords:a00',
    `labels.description:${'x'.repeat(300)}`,
    7,
    null,
    ['labels.description:Shoe'],
  ])('the filter %j is left out', (filter) => {
    const known = 'labels.description:Shoe<score=1>';
    expect(params({ optionalFilters: [filter, known] })?.optionalFilters).toEqual([known]);
  });

  test('filters that score more than Algolia counts make no answer', () => {
    const most = (points: number) => [`labels.description:Shoe<score=${points}>`];
    expect(params({ optionalFilters: most(65_535) })).toBeDefined();
    expect(params({ optionalFilters: most(65_536) })).toBeUndefined();
    expect(params({ optionalFilters: most(65_535), facetFilters: [most(1)] })).toBeUndefined();
  });

  const labelsCalled = (description: unknown) =>
    answerIn({ ...own, labels: [{ ...own.labels[0], description }] })?.labels.length;

  test.each([
    'call 0900 1234567: free!',
    'call 0900 1234567',
    'Shop at evil.example',
    'https://evil.example',
  ])('a label called %j is none', (description) => expect(labelsCalled(description)).toBe(0));

  test.each(['<img src=x>', '', ' ', 'x'.repeat(101), '\u202Eevil', 7, null])(
    'a label called %j is none',
    (description) => {
      expect(labelsCalled(description)).toBe(0);
    },
  );

  const PLAIN = ['Café', 'T-shirt', 'Men’s shoe', '靴', 'कुर्ता', 'AT&T', 'Rock ’n’ roll', '3D', 'St. Bernard'];
  test.each([...PLAIN, 'Sapato (couro)'])('a label called %s is one', (description) => {
    expect(labelsCalled(description)).toBe(1);
  });

  test.each([
    { x: -0.1, y: 0, width: 1, height: 1 },
    { x: 0.5, y: 0, width: 0.6, height: 1 },
    { x: 0, y: 0, width: 0, height: 1 },
    { x: '0', y: 0, width: 1, height: 1 },
    { x: 0, y: 0, width: 1 },
    { x: Number.NaN, y: 0, width: 1, height: 1 },
  ])('%j is no place in a picture', (place) => {
    expect(answerIn({ ...own, labels: [{ ...own.labels[0], box: place }] })?.labels[0]).not.toHaveProperty(
      'box',
    );
  });

  test('a link shows no picture, and a tab none from elsewhere', () => {
    const kept = { id: 'x', source: 'product', product: '1', spots: [], removed: [], answer: own };
    const previewIn = (preview: string, from: 'link' | 'tab', source = 'product') =>
      keptIn({ ...kept, source, preview }, from)?.preview;
    expect(previewIn('https://pictures.example/1.jpg', 'link')).toBeUndefined();
    expect(previewIn('https://pictures.example/1.jpg', 'tab')).toBe('https://pictures.example/1.jpg');
    expect(previewIn('/1.jpg', 'tab')).toBe('/1.jpg');
    expect(previewIn('javascript:alert(1)', 'tab')).toBeUndefined();
    expect(previewIn('data:text/html,x', 'tab')).toBeUndefined();
    expect(previewIn('/9j/4AAQ', 'tab', 'photo')).toBe('/9j/4AAQ');
    expect(previewIn('https://pictures.example/1.jpg', 'tab', 'photo')).toBeUndefined();
  });

  test('whatever it is, it is an answer within limits or none', () => {
    const bent = fc.record({
      labels: fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.jsonValue(), fc.constant(own.labels[0])))),
      params: fc.oneof(
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom('optionalFilters', 'x'), fc.jsonValue()),
      ),
      steps: fc.oneof(fc.jsonValue(), fc.constant(own.steps)),
      code: fc.oneof(fc.jsonValue(), fc.constant(own.code)),
      attributes: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), bent), (value) => {
        const read = answerIn(value);
        if (read) expect(answerIn(JSON.parse(JSON.stringify(read)))).toEqual(read);
        expect(JSON.stringify(read ?? '').length).toBeLessThan(100_000);
      }),
    );
  });
});

describe('a link', () => {
  const kept = { id: 'x', source: 'photo', spots: [], removed: ['Shoe'], answer: own } as const;

  test.each(['https://shop.example/', 'https://shop.example/a?b=c#d', 'https://shop.example/#/route?x=1'])(
    'to %s carries the picture and leaves the address',
    async (page) => {
      const { rest, packed = '' } = linkIn(await linkTo(page, kept)) ?? {};
      expect(rest).toBe(page);
      expect(await unpacked(packed)).toEqual({ ...kept, id: '' });
    },
  );

  test('to a page that has a picture in its address carries the new one alone', async () => {
    const once = await linkTo('https://shop.example/#d', { ...kept, removed: [] });
    expect(await linkTo(once, kept)).toBe(await linkTo('https://shop.example/#d', kept));
  });

  test('that unpacks to very much is none', async () => {
    const huge = JSON.stringify({ ...kept, answer: { ...own, junk: 'x'.repeat(5_000_000) } });
    const stream = new Blob([huge]).stream().pipeThrough(new CompressionStream('deflate'));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const packed = btoa(String.fromCharCode(...bytes))
      .replace(/\+/g, '-')
      .replace(/\//g, '_');
    expect(packed.length).toBeLessThan(20_000);
    expect(await unpacked(`1${packed}`)).toBeUndefined();
  });

  test.each(['', '0', '1', '2', '0e30', '1eJwDAAAAAAE', '0%', 'x'.repeat(9)])(
    'of %j is none',
    async (packed) => {
      expect(await unpacked(packed)).toBeUndefined();
    },
  );
});
