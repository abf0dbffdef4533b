import type { Socket } from 'node:net';

type Answer = string | ((socket: Socket, received: string) => void);

export interface Upstream {
  readonly url: string;
  readonly connections: readonly { readonly socket: Socket; text: string }[];
  readonly lines: readonly string[];
  readonly received: string;
  answer: Answer;
  forget(): void;
  close(): Promise<void>;
}

export declare const OK: string;
export declare function startUpstream(answer?: Answer): Promise<Upstream>;
export declare function exchange(
  url: string,
  ...parts: string[]
): Promise<string>;
export declare function statusesIn(answer: string): number[];
