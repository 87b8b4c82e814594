// @vitest-environment jsdom
import type { Widget } from 'instantsearch.js';
import { describe, expect, test } from 'vitest';
import { settled } from '../waiting.js';
import { FakeAlgolia } from './algolia.js';
import { picture, shoes, strict } from './fixtures.js';
import { libraries } from './libraries.js';
import { answers, Page, url } from './page.js';

const NAMES = ['imageSearch', 'configure', 'refinementList'] as const;
type Name = (typeof NAMES)[number];

const permutations = (names: readonly Name[]): Name[][] =>
  names.length
    ? names.flatMap((name) =>
        permutations(names.filter((other) => other !== name)).map((rest) => [name, ...rest]),
      )
    : [[]];

describe.each(libraries)('$name', (library) => {
  const open = async (options = {}, remember = true) => {
    const page = new Page(library, new FakeAlgolia(shoes(40)), options);
    const own = { optionalFilters: ['brand:Acme'], filters: 'price>1', hitsPerPage: 8 };
    const widgets: Record<Name, Widget> = {
      imageSearch: page.newImageSearch({ url, remember }) as Widget,
      configure: page.widget('Configure', { searchParameters: own }) as Widget,
      refinementList: page.widget('RefinementList', { attribute: 'brand' }) as Widget,
    };
    await page.startWith(page.widget('Hits'), ...Object.values(widgets));
    return { page, widgets };
  };

  describe.each([true, false])('preserveSharedStateOnUnmount %s', (preserveSharedStateOnUnmount) => {
    /** The state that is left of a page after the widgets have gone in turns. */
    async function left(turns: readonly (readonly Name[])[], withPicture: boolean) {
      const { page, widgets } = await open({ future: { preserveSharedStateOnUnmount } }, false);
      if (withPicture) await page.use();
      else page.search.removeWidgets([widgets.imageSearch]);
      for (const names of turns) {
        const going = names.filter((name) => withPicture || name !== 'imageSearch');
        page.search.removeWidgets(going.map((name) => widgets[name]));
      }
      expect(page.currentClient).toBe(page.client);
      return { ...page.helper.state };
    }

    test.each([
      { mode: 'one by one', turnsOf: (order: Name[]) => order.map((name) => [name]) },
      { mode: 'at once', turnsOf: (order: Name[]) => [order] },
    ])('widgets removed $mode, in any order, leave the state of a page without us', async ({ turnsOf }) => {
      const compared = permutations(NAMES).map(async (order) => {
        const turns = turnsOf(order);
        expect(await left(turns, true), `removed: ${order}`).toEqual(await left(turns, false));
      });
      await Promise.all(compared);
    });
  });

  test.each([picture, strict])(
    'the state that dispose is given is what it returns, without the picture',
    async (used) => {
      answers.set('origin', used);
      const { page, widgets } = await open();
      const { helper, mainIndex: parent } = page.search;
      const given = () => helper?.state.setQueryParameters({ query: 'given' });
      const without = given();
      await page.use();
      const left = widgets.imageSearch.dispose?.({ helper, state: given(), parent } as never);
      expect({ ...left }).toEqual({ ...without });
    },
  );

  test('a widget that joins while a picture is in use shows it at once', async () => {
    const { page } = await open();
    await page.use();
    const asked = page.algolia.asked.length;
    const later = page.newImageSearch();
    page.search.addWidgets([later]);
    expect(page.state).toMatchObject({ status: 'ready', picture: { source: 'product' } });
    await settled();
    expect(page.state).toMatchObject({ status: 'ready', match: 'like' });
    expect(page.algolia.asked.length - asked).toBeLessThanOrEqual(1);
  });

  test('a widget that comes back has its picture again', async () => {
    const { page, widgets } = await open();
    await page.use();
    const { optionalFilters } = page.algolia.last();
    page.search.removeWidgets([widgets.imageSearch]);
    await settled();
    expect(page.algolia.last().optionalFilters).toEqual(['brand:Acme']);
    page.search.addWidgets([widgets.imageSearch]);
    await settled();
    expect(page.state).toMatchObject({ status: 'ready', match: 'like' });
    expect(page.algolia.last().optionalFilters).toEqual(optionalFilters);
  });
});
