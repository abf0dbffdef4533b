import { vi } from 'vitest';

/** Waits until a check passes; longer than by default, since the machine may be busy. */
export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 10 });
}
