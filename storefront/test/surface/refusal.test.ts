// @vitest-environment jsdom
import { beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { FakeAlgolia, type Params } from './algolia.js';
import { majors } from './clients.js';
import { picture, shoes } from './fixtures.js';
import { libraries } from './libraries.js';
import { answers, Page } from './page.js';

/** A picture with as many visual words as one has. */
const wordy = {
  ...picture,
  params: {
    ...picture.params,
    optionalFilters: [
      ...(picture.params.optionalFilters as string[]),
      ...Array.from({ length: 114 }, (_, at) => `visualWords_1a:c${at}<score=100>`),
    ],
  },
};

const optional = ({ optionalFilters = [] }: Params) => optionalFilters as string[];
const words = (params: Params) => optional(params).filter((filter) => filter.startsWith('visualWords'));
const labels = (params: Params) => optional(params).filter((filter) => filter.startsWith('labels.'));

const limits = [
  {
    limited: 'fewer',
    refuses: (params: Params) => words(params).length > 100,
    left: (params: Params) => words(params).length > 0 && labels(params).length > 0,
  },
  {
    limited: 'labels',
    refuses: (params: Params) => words(params).length > 0,
    left: (params: Params) => words(params).length === 0 && labels(params).length > 0,
  },
  {
    limited: 'all',
    refuses: (params: Params) => words(params).length + labels(params).length > 0,
    left: (params: Params) => words(params).length + labels(params).length === 0,
  },
];

describe.each(libraries)('$name', (library) => {
  let errors: MockInstance<typeof console.error>;

  beforeEach(() => {
    errors = vi.spyOn(console, 'error').mockImplementation(() => {});
    answers.set('origin', wordy);
    answers.set('second', wordy);
  });

  async function open(refusal: (params: Params) => string | undefined, major: 'v5' | 'v4' | 'v3' = 'v5') {
    const algolia = new FakeAlgolia(shoes(130), { refusal });
    const failures: string[] = [];
    const page = new Page(library, algolia, { client: majors[major](algolia) });
    page.search.on('error', ({ message }: Error) => failures.push(message));
    await page.start(page.widget('Configure', { searchParameters: { optionalFilters: ['brand:Acme'] } }));
    return { page, algolia, failures };
  }

  const cases = [
    ...limits.map((limit) => ({ ...limit, major: 'v5' as const })),
    ...limits.slice(-1).flatMap((limit) => (['v4', 'v3'] as const).map((major) => ({ ...limit, major }))),
  ];

  test.each(cases)(
    'Algolia refuses, "$limited" says what is left out, and later pictures start there ($major)',
    async ({ refuses, left, limited, major }) => {
      const refusal = (params: Params) => (refuses(params) ? 'too many filters' : undefined);
      const { page, algolia, failures } = await open(refusal, major);
      expect(page.state).not.toHaveProperty('limited');
      await page.use();
      expect(page.state).toMatchObject({ status: 'ready', limited });
      expect(left(algolia.last())).toBe(true);
      expect(optional(algolia.last())).toContain('brand:Acme');
      expect(page.hits).toHaveLength(20);
      const asked = algolia.asked.length;
      await page.type('Shoe');
      await page.use('second');
      expect(algolia.asked.length - asked).toBe(2);
      expect(page.state).toMatchObject({ limited });
      expect(failures).toEqual([]);
      expect(errors.mock.calls).toEqual([[expect.stringMatching(/^imageSearch: .*too many filters/s)]]);
    },
  );

  test('nothing is limited where Algolia takes everything, nor without a picture', async () => {
    const { page } = await open(() => undefined);
    await page.use();
    expect(page.state.status).toBe('ready');
    expect(page.state).not.toHaveProperty('limited');
    expect(errors).not.toHaveBeenCalled();
  });

  describe('a fault of the page’s own', () => {
    const refusal = ({ query }: Params) => (query === 'broken' ? 'the page is at fault' : undefined);

    test.each(['v5', 'v4', 'v3'] as const)('reaches the page as without us, %s', async (major) => {
      const { page, failures, algolia } = await open(refusal, major);
      await page.type('broken');
      expect(failures).toEqual(['the page is at fault']);
      await page.use();
      await page.type('broken');
      expect(failures).toEqual(['the page is at fault', 'the page is at fault']);
      expect(errors).not.toHaveBeenCalled();
      await page.type('Shoe');
      expect(page.state).not.toHaveProperty('limited');
      expect(optional(algolia.last())).toEqual(['brand:Acme', ...wordy.params.optionalFilters]);
    });
  });

  test('another failure than 400 is not tried again', async () => {
    const { page, algolia, failures } = await open(() => undefined);
    await page.use();
    let asked = 0;
    const failing = {
      search: async () => {
        asked += 1;
        throw Object.assign(new Error('not allowed'), { status: 403 });
      },
    };
    page.search.mainHelper?.setClient(failing as never);
    await page.type('Shoe');
    expect([asked, failures]).toEqual([1, ['not allowed']]);
    expect(algolia.last().query).toBe('');
  });
});
