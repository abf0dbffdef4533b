import type { Upstream } from './wire.mjs';

export declare const ALLOW: readonly string[];
export declare const CORPUS: {
  readonly families: number;
  readonly forms: number;
};
export declare function attack(
  url: string,
  upstream: Upstream,
): Promise<string[]>;
