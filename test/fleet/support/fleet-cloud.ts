import type { AsposeAuthModuleOptions } from '../../../lib/index.js';
import {
  AsposeCloudEmulator,
  type AsposeCloudEmulatorOptions,
} from '../../../lib/testing/index.js';

const BAN_MS = 600_000;

/** Aspose as a fleet sees it: by a clock that may run faster, and with what it refused. */
export class FleetCloud {
  private constructor(
    readonly emulator: AsposeCloudEmulator,
    /** The statuses of token requests and when they arrived, by the clock of the fleet; without a status if nobody heard it. */
    readonly answers: readonly {
      readonly status: number | undefined;
      readonly at: number;
    }[],
    /** How many times as fast the clock runs. */
    readonly factor: number,
  ) {}

  static async start({
    factor = 1,
    ...options
  }: AsposeCloudEmulatorOptions & {
    readonly factor?: number;
  } = {}): Promise<FleetCloud> {
    const now = () => Date.now() * factor;
    const answers: { status: number | undefined; at: number }[] = [];
    const emulator = await AsposeCloudEmulator.start({
      // It bans whoever is refused five times, in whatever time. What counts is five in ten minutes.
      banAfter: Infinity,
      ...options,
      now,
      onAnswer: (answered) => {
        const { path, status, tookMs } = answered;
        if (path === '/connect/token')
          answers.push({ status, at: now() - tookMs * factor });
        options.onAnswer?.(answered);
      },
    });
    return new FleetCloud(emulator, answers, factor);
  }

  /** What an app is told to find it. */
  get options(): AsposeAuthModuleOptions {
    const { url, clientId, clientSecret } = this.emulator;
    return { baseUrl: url, clientId, clientSecret, warmUp: 'off' };
  }

  /** The time by the clock of the fleet. */
  now(): number {
    return Date.now() * this.factor;
  }

  get tokenRequests(): number {
    return this.emulator.counters.tokenRequests;
  }

  /**
   * When token requests arrived that were refused, oldest first; those whose sender was killed before it heard of that among
   * them.
   */
  get refusedAt(): readonly number[] {
    return this.answers
      .filter(({ status }) => status === 400 || status === undefined)
      .map(({ at }) => at)
      .toSorted((a, b) => a - b);
  }

  /** How many token requests were refused, at the most, in any ten minutes; the fifth one bans the pair. */
  get refusalsInTenMinutes(): number {
    const { refusedAt } = this;
    return Math.max(
      0,
      ...refusedAt.map(
        (start) =>
          refusedAt.filter((at) => at >= start && at < start + BAN_MS).length,
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.close();
  }
}
