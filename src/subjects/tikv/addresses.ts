/** Host of `host:port`, `[::1]:port` or a URL; the text itself where it has no port. */
export function hostOf(address: string): string {
  const bare = address.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');
  return bare.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** `host:port` of a URL. */
export const authorityOf = (url: string): string => url.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');
