export type Method = (...args: unknown[]) => unknown;

/** For some methods of an object, what is to be called instead; it gets the object's own method. */
export type Replacements = ReadonlyMap<string | symbol, (own: Method) => Method>;

/**
 * An object that is like another in everything but some methods. Methods run on the other one itself, since private
 * fields are no proxy's; the object behind the proxy is an empty one, since a frozen one admits no change.
 */
export function passingOn<T extends object>(to: T, replacements: Replacements): T {
  const made = new Map<string | symbol, { value: unknown; method: Method }>();
  const methodOrValue = (name: string | symbol): unknown => {
    const value: unknown = Reflect.get(to, name, to);
    if (typeof value !== 'function' || name === 'constructor') return value;
    const before = made.get(name);
    if (before?.value === value) return before.method;
    const own = value.bind(to) as Method;
    const method = replacements.get(name)?.(own) ?? own;
    made.set(name, { value, method });
    return method;
  };
  return new Proxy({} as T, {
    get: (_, name) => methodOrValue(name),
    set: (_, name, value) => Reflect.set(to, name, value),
    has: (_, name) => Reflect.has(to, name),
    ownKeys: () => Reflect.ownKeys(to),
    deleteProperty: (_, name) => Reflect.deleteProperty(to, name),
    getPrototypeOf: () => Reflect.getPrototypeOf(to),
    getOwnPropertyDescriptor(_, name) {
      const own = Reflect.getOwnPropertyDescriptor(to, name);
      return (
        own && {
          value: methodOrValue(name),
          enumerable: own.enumerable ?? false,
          configurable: true,
          writable: true,
        }
      );
    },
  });
}
