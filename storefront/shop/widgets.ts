import type { Hit, Widget } from 'instantsearch.js';
import type { TransformItemsMetadata } from 'instantsearch.js/es/types';
import {
  clearRefinements,
  configure,
  hits,
  pagination,
  panel,
  refinementList,
  searchBox,
  sortBy,
  stats,
} from 'instantsearch.js/es/widgets';
import { imageSearch, lessSimilarFrom } from '../src/index.js';
import type { PageActions } from './actions.js';
import { productCard } from './card.js';
import type { ShopConfig } from './config.js';
import { part } from './page.js';
import { priceRange } from './priceRange.js';
import type { ProductHit } from './product.js';
import { refined } from './refined.js';

const HITS_PER_PAGE = 12;

/** All of InstantSearch's widgets on this page. */
export function widgets(config: ShopConfig, actions: PageActions): Widget[] {
  return [
    configure({ hitsPerPage: HITS_PER_PAGE, attributesToHighlight: ['name'] }),
    searchBox({ container: '#search-box', placeholder: 'Search the shop' }),
    ...photoSearch(config),
    ...filters(),
    ...results(config, actions),
  ];
}

/** The button beside the search box, and the photo in use above the products, where it stays in view. */
function photoSearch({ searchUrl: url }: ShopConfig): Widget[] {
  return [
    imageSearch({ container: '#image-search', url, parts: ['opener'] }),
    imageSearch({
      container: '#photo',
      url,
      parts: ['bar'],
      sticky: true,
      results: '#products',
      texts: { sorted: () => 'Sorted by price' },
    }),
  ];
}

function filters(): Widget[] {
  return [
    facet('#categories', 'categories', 'Categories'),
    facet('#brands', 'brand', 'Brands'),
    priceRange(part('price', HTMLFormElement), 'price'),
    refined(part('refined', HTMLUListElement)),
    clearRefinements({ container: '#clear', templates: { resetLabel: () => 'Clear all filters' } }),
  ];
}

/** A list of a facet's values under a heading; a catalog without the attribute doesn't show it. */
function facet(container: string, attribute: string, title: string): Widget {
  return panel<typeof refinementList>({
    hidden: ({ items }) => items.length === 0,
    templates: { header: (_, { html }) => html`<h2>${title}</h2>` },
  })(refinementList)({ container, attribute, showMore: true, limit: 8 });
}

function results({ algolia, sorts, attributes }: ShopConfig, actions: PageActions): Widget[] {
  return [
    stats({ container: '#stats', templates: { text: ({ nbHits }) => counted(nbHits) } }),
    ...(sorts.length > 1 ? [sortBy({ container: '#sort', items: [...sorts] })] : []),
    hits<ProductHit>({
      container: '#hits',
      transformItems: withHeading(algolia.index),
      templates: {
        item: productCard(actions, attributes),
        empty: () => 'No products match your search.',
      },
    }),
    pagination({ container: '#pages', scrollTo: '#products', padding: 1 }),
  ];
}

/** Puts a heading before the hits at the end of a page that are less similar; an order by price has no such end. */
const withHeading =
  (usual: string) =>
  (hits: Hit<ProductHit>[], { results }: TransformItemsMetadata): Hit<ProductHit>[] => {
    const from = results?.index === usual ? lessSimilarFrom(hits) : undefined;
    return hits.map((hit, at) => (at === from ? { ...hit, heading: 'Less similar' } : hit));
  };

const counted = (products: number): string => (products === 1 ? '1 product' : `${products} products`);
