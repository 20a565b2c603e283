// Which hosts only this machine can reach.
import { isIPv4 } from 'node:net';

/** True for `localhost`, 127.0.0.0/8 and `::1` (also in brackets or mapped into IPv6). */
export function isLoopback(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:(?=\d)/, '');
  if (name === 'localhost' || name === '::1') return true;
  return isIPv4(name) && name.startsWith('127.');
}
