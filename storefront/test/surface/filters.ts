/** Algolia's filters, evaluated on records, in the notation of `facetFilters` and in that of `filters`. */

type Attributes = Readonly<Record<string, unknown>>;

/** The texts at a path such as `labels.description`, whatever lists lie on the way. */
export function valuesAt(record: Attributes, path: string): string[] {
  const found = path
    .split('.')
    .reduce<unknown[]>(
      (values, key) => values.flatMap((value) => (value as Attributes)?.[key] ?? []),
      [record],
    );
  return found.map(String);
}

interface Filter {
  readonly attribute: string;
  readonly value: string;
  readonly negative: boolean;
  readonly points: number;
}

function parsed(filter: string): Filter {
  const [, attribute = '', dash = '', value = '', points = '1'] =
    /^([^:]+):(-?)(?:\\(?=-))?([\s\S]*?)(?:<score=(\d+)>)?$/.exec(filter) ?? [];
  return { attribute, value, negative: dash === '-', points: Number(points) };
}

const accepts = (record: Attributes, { attribute, value, negative }: Filter) =>
  valuesAt(record, attribute).includes(value) !== negative;

const listed = (filters: unknown) => (Array.isArray(filters) ? filters : filters ? [filters] : []);

/** The points that a record gets from optional filters. */
export const scoreOf = (record: Attributes, optionalFilters: unknown): number =>
  listed(optionalFilters)
    .flat()
    .map((filter) => parsed(String(filter)))
    .filter((filter) => accepts(record, filter))
    .reduce((sum, { points }) => sum + points, 0);

const TERM = /(NOT )?([\w.]+):(?:"((?:\\.|[^"\\])*)"|([^\s()<]+))/g;

/** Whether a record satisfies `facetFilters` and `filters`: all of the groups, and of each group one. */
export function passes(record: Attributes, { facetFilters, filters }: Attributes): boolean {
  const groups = listed(facetFilters).map((group) => listed(group).map((filter) => parsed(String(filter))));
  const clauses = String(filters ?? '')
    .split(' AND ')
    .map((clause) => [...clause.matchAll(TERM)].map(asFilter));
  return [...groups, ...clauses].every((any) => !any.length || any.some((filter) => accepts(record, filter)));
}

const asFilter = ([, not, attribute = '', quoted, plain = '']: RegExpMatchArray): Filter => ({
  attribute,
  value: (quoted ?? plain).replace(/\\(.)/g, '$1'),
  negative: not !== undefined,
  points: 0,
});
