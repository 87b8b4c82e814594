/** Makes the error for parameters that cannot work; like InstantSearch's own, it says where to read more. */
export const usageError = (problem: string) =>
  new Error(`imageSearch: ${problem}\n\nSee documentation: README.md of visual-image-search`);

/** Throws unless this is an address that photos may be sent to. */
export function checkUrl(url: string | undefined): void {
  const advice = "write the address of your search function, such as url: 'https://search.example.com'";
  const address = parsed(url);
  if (!address) throw usageError(`\`url\` is ${url ? 'no address' : 'missing'}: ${advice}`);
  const { protocol, hostname } = address;
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal))
    throw usageError(`\`url\` begins with ${protocol}, which anybody on the way could read: ${advice}`);
}

function parsed(url: string | undefined): URL | undefined {
  try {
    return url ? new URL(url) : undefined;
  } catch {
    return undefined;
  }
}
