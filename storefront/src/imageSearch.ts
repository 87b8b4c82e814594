import type { Widget } from 'instantsearch.js';
import { connectImageSearch } from './connectImageSearch.js';
import type { ImageSearchConnectorParams, ImageSearchWidgetDescription } from './connectorTypes.js';
import { loadParts } from './onDemand.js';
import { usageError } from './usage.js';
import { type OwnTexts, withDefaults } from './widget/texts.js';
import type { CssClasses } from './widget/ui.js';
import { createView, PARTS, type View, type ViewPart } from './widget/view.js';

/** Parameters of the widget beside those of its connector. */
export type ImageSearchWidgetParams = {
  /** Where the widget goes, at the end of what is there: an element, or a CSS selector of one. */
  container: string | HTMLElement;
  /**
   * What of the widget goes there, for a page with a place for each: the button that opens the dialog and takes
   * what is dropped and pasted, or the bar of the picture in use with all messages. Default both.
   */
  parts?: readonly ViewPart[];
  /** Whether the bar stays at the top while the element around its container is scrolled; default false. */
  sticky?: boolean;
  /**
   * Your list of hits, an element or a CSS selector: it is `aria-busy` while a picture is on its way, and comes into
   * view in its new order. Without it, the bar does.
   */
  results?: string | HTMLElement;
  /** Texts that replace the English ones. */
  texts?: OwnTexts;
  /** Where a photo can be dropped beside the widget's own dialog; default the whole page, `null` for nowhere. */
  dropTarget?: HTMLElement | null;
  /** Classes of your own for parts of the widget, by the end of its own class: `{ chip: ['tag', 'small'] }`. */
  cssClasses?: CssClasses;
};

/**
 * Makes a widget of InstantSearch.js with which shoppers search with a picture: a button, a dialog that takes a
 * photo, and a bar that shows the picture in use. Its styles are in `visual-image-search/style.css`.
 *
 * Throws an `Error` that names the parameter for one that cannot work.
 */
export function imageSearch(
  params: ImageSearchWidgetParams & ImageSearchConnectorParams,
): Widget<ImageSearchWidgetDescription & { widgetParams: ImageSearchConnectorParams }> {
  const {
    container,
    parts,
    sticky = false,
    results,
    texts,
    dropTarget = document.body,
    cssClasses = {},
    ...connectorParams
  } = params;
  const place = elementOf(container);
  const options = {
    parts: checkedParts(parts),
    texts: withDefaults(texts),
    cssClasses,
    dropTarget,
    sticky,
    results: () => found(results),
    remember: connectorParams.remember ?? true,
    onExpecting: warming(connectorParams),
  };
  let view: View | undefined;

  const makeWidget = connectImageSearch(
    (state, isFirstRender) => {
      if (isFirstRender) {
        view?.destroy();
        view = createView(place, options, state);
      }
      const { status } = state.instantSearchInstance;
      view?.update(state, status === 'loading' || status === 'stalled');
    },
    () => view?.destroy(),
  );
  return { ...makeWidget(connectorParams), $$widgetType: 'visual.imageSearch' };
}

/** Milliseconds for which a connection, and an instance of the search function, is likely to stay. */
const WARM = 240_000;

/** Makes a function that loads what a photo needs, and wakes the search function up, unless it just did. */
function warming(params: ImageSearchConnectorParams): () => void {
  let last = -WARM;
  return () => {
    const now = performance.now();
    if (now - last < WARM) return;
    last = now;
    // What goes wrong is told when it is needed.
    loadParts()
      .then(({ createEngine }) => createEngine(params).service.warm())
      .catch(() => {});
  };
}

function elementOf(container: string | HTMLElement | undefined): HTMLElement {
  const element = found(container);
  if (element) return element;
  const problem = container ? `finds no element (${String(container)})` : 'is missing';
  throw usageError(
    `\`container\` ${problem}: write an element, or a CSS selector of one that is on the page, such as container: '#image-search'`,
  );
}

function found(place: string | HTMLElement | undefined): HTMLElement | undefined {
  const element = typeof place === 'string' ? place && document.querySelector(place) : place;
  return element instanceof HTMLElement ? element : undefined;
}

function checkedParts(parts: readonly ViewPart[] = PARTS): readonly ViewPart[] {
  if (Array.isArray(parts) && parts.length && parts.every((part) => PARTS.includes(part))) return parts;
  throw usageError(`\`parts\` is ${JSON.stringify(parts)}: write ['opener'], ['bar'], or both`);
}
