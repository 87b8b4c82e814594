import bcd, { type Identifier } from '@mdn/browser-compat-data/forLegacyNode';

/** The oldest browsers that the widget is for, as README.md and the build's target say. */
export const FLOOR = { chrome: '100', firefox: '100', safari: '15.4', safari_ios: '15.4' } as const;

/** A feature's place in the data, undefined where that has none. */
export type Entry = Identifier | undefined;
const { api, css, javascript } = bcd as unknown as Record<'api' | 'css' | 'javascript', Identifier>;
const at = (from: Entry, ...path: readonly string[]): Entry =>
  path.reduce<Entry>((entry, name) => (entry && Object.hasOwn(entry, name) ? entry[name] : undefined), from);

const isAbove = (version: string, floor: string) =>
  version.replace('≤', '').localeCompare(floor, 'en', { numeric: true }) > 0;

/** Whether all browsers of the floor have a feature, without a flag or a name of their own. */
export function isThere(entry: Entry): boolean {
  const support = entry?.__compat?.support ?? {};
  return Object.entries(FLOOR).every(([browser, floor]) =>
    [support[browser as keyof typeof FLOOR] ?? []].flat().some((told) => {
      const { version_added: added, version_removed: removed, flags, prefix, alternative_name } = told;
      if (!added || added === 'preview' || flags || prefix || alternative_name) return false;
      return !isAbove(added, floor) && (typeof removed !== 'string' || isAbove(removed, floor));
    }),
  );
}

/** A global of the browser or of the language. */
export const globalEntry = (name: string): Entry =>
  at(api, name) ??
  at(api, 'Window', name) ??
  at(javascript, 'builtins', name) ??
  at(api, `HTML${name}Element`, name);

/** A member of the first of some interfaces or namespaces that has one. */
export function memberEntry(owners: readonly string[], member: string): Entry {
  const names = [member, `${member}_static`, member.replace(/^on(.*)$/, '$1_event')];
  return owners
    .flatMap((owner) => [at(api, owner), at(javascript, 'builtins', owner)])
    .flatMap((owner) => names.map((name) => at(owner, name)))
    .find(Boolean);
}

/** The features of a style sheet outside of `@supports`, by how they are written. */
export function stylesUsed(text: string): Map<string, Entry> {
  const used = new Map<string, Entry>();
  const bare = text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/@supports[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');
  const open: string[] = [];
  for (const [, words = '', end] of bare.matchAll(/([^{};]*)([{};])/g)) {
    const trimmed = words.trim();
    if (end !== '{') declare(trimmed, used);
    else {
      if (!trimmed.startsWith('@') && open.some((outer) => !outer.startsWith('@')))
        used.set('nesting', at(css, 'selectors', 'nesting'));
      select(trimmed, used);
      open.push(trimmed);
    }
    if (end === '}') open.pop();
  }
  return used;
}

function select(prelude: string, used: Map<string, Entry>): void {
  const [, rule] = /^@([\w-]+)/.exec(prelude) ?? [];
  if (rule) used.set(`@${rule}`, at(css, 'at-rules', rule));
  for (const [, feature = ''] of rule ? prelude.matchAll(/\(([\w-]+)\s*:/g) : [])
    used.set(`@${rule} (${feature})`, at(css, 'at-rules', rule ?? '', feature));
  for (const [text, name = ''] of rule ? [] : prelude.matchAll(/::?([a-z-]+)/g))
    used.set(text, at(css, 'selectors', name));
}

function declare(declaration: string, used: Map<string, Entry>): void {
  const [, property = '', value = ''] = /^([\w-]+)\s*:([\s\S]*)$/.exec(declaration) ?? [];
  const known = at(css, 'properties', property);
  if (property && !property.startsWith('--')) used.set(property, known);
  for (const [, name = ''] of value.matchAll(/([a-z-]+)\(/g))
    used.set(`${name}()`, named(name, at(css, 'types')));
  for (const [, unit = ''] of value.replace(/#\w+/g, '').matchAll(/\b[\d.]+([a-z]+)\b/g))
    used.set(unit, unitEntry(unit));
  for (const [word] of value.matchAll(/[a-z-]+/g))
    if (at(known, word)) used.set(`${property}: ${word}`, at(known, word));
}

/** The shallowest entry of a name. */
function named(name: string, from: Entry): Entry {
  const inside = Object.entries(from ?? {}).flatMap(([key, entry]) => (key === '__compat' ? [] : [entry]));
  if (!from || !inside.length) return undefined;
  return at(from, name) ?? inside.map((entry) => named(name, entry as Identifier)).find(Boolean);
}

function unitEntry(unit: string): Entry {
  const sizes = { d: 'dynamic', l: 'large', s: 'small' }[/^([dls])v/.exec(unit)?.[1] ?? ''];
  const length = at(css, 'types', 'length');
  if (sizes) return at(length, `viewport_percentage_units_${sizes}`);
  const others: Record<string, Entry> = { px: length, s: at(css, 'types', 'time') };
  return others[unit] ?? at(length, unit) ?? named(unit, at(css, 'types'));
}
