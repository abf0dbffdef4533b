/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/** Whether a host is this machine by whatever name: no proxy can reach it. Not enough to trust it. */
export function isThisMachine(hostname: string): boolean {
  return (
    isLoopback(hostname) ||
    /(?:^|\.)localhost\.?$|^0\.0\.0\.0$|^\[::\]$|^\[::ffff:(?:7f|0:0\])/.test(
      hostname,
    )
  );
}
