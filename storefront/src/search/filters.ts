/**
 * Algolia's scored filters: `attribute:value<score=N>` in `optionalFilters` and `facetFilters`, and the same in
 * the notation of `filters`, which quotes values.
 */

export interface ScoredFilter {
  readonly attribute: string;
  readonly value: string;
  /** 1 where none is written, as Algolia counts. */
  readonly points: number;
}

const SCORED = /^([^:]+):([\s\S]*?)(?:<score=(\d+)>)?$/;

/** Takes a filter apart; one without a colon has an empty value. */
export function parsed(filter: string): ScoredFilter {
  const [, attribute = filter, value = '', points = '1'] = SCORED.exec(filter) ?? [];
  return { attribute, value: value.startsWith('\\-') ? value.slice(1) : value, points: Number(points) };
}

/** A list of filters as it is, or of the single one that Algolia takes in its place. */
export function listed(filters: unknown): readonly unknown[] {
  if (filters === undefined || filters === null) return [];
  return Array.isArray(filters) ? filters : [filters];
}

/** One filter in the notation of `filters`; a leading dash is a negation there too. */
export function quoted(filter: string): string {
  const { attribute, value, points } = parsed(filter);
  const negated = value.startsWith('-') && !filter.includes(':\\-');
  const text = (negated ? value.slice(1) : value).replace(/["\\]/g, '\\$&');
  return `${negated ? 'NOT ' : ''}${attribute}:"${text}"${filter.includes('<score=') ? `<score=${points}>` : ''}`;
}

/**
 * The shop's own `filters` joined with these clauses by AND. Brackets are written only around an OR that has none:
 * Algolia takes no nested ones.
 */
export function allOf(own: string | undefined, clauses: readonly string[]): string | undefined {
  if (!own) return clauses.length ? clauses.join(' AND ') : undefined;
  const unquoted = own.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '');
  const bracketed = /\bOR\b/.test(unquoted) && !/\bAND\b|\(/.test(unquoted) ? `(${own})` : own;
  return [bracketed, ...clauses].join(' AND ');
}
