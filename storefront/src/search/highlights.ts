type Hit = Readonly<Record<string, unknown>>;

/**
 * A hit with the `_highlightResult` that Algolia gives where no words are searched for: every text as it is. It is
 * not worth fetching, but templates that highlight show nothing without it.
 */
export function withHighlights(hit: Hit): Hit {
  if (hit._highlightResult) return hit;
  const own = Object.entries(hit).filter(([name]) => name !== 'objectID' && !name.startsWith('_'));
  return { ...hit, _highlightResult: highlighted(Object.fromEntries(own)) };
}

function highlighted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(highlighted);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, highlighted(each)]));
  return { value: String(value ?? ''), matchLevel: 'none', matchedWords: [] };
}
