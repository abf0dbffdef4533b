import { Test } from '@nestjs/testing';
import { onTestFinished } from 'vitest';

import {
  AsposeAuthModule,
  type AsposeAuthModuleOptions,
  AsposeHttpService,
  type AsposeTokenEvent,
  AsposeTokenService,
  TokenClock,
} from '../../lib/index.js';
import { RecordingLogger } from './recording-logger.js';

/** What a class gets that injects this package's services. */
export interface HttpClient {
  readonly aspose: AsposeHttpService;
  readonly tokens: AsposeTokenService;
  /** What `events$` said, oldest first. */
  readonly events: AsposeTokenEvent[];
  readonly logger: RecordingLogger;
}

/** Boots the module without an HTTP server, until the test ends. */
export async function httpClient(
  options: AsposeAuthModuleOptions,
  { clock }: { clock?: TokenClock } = {},
): Promise<HttpClient> {
  const logger = new RecordingLogger();
  const builder = Test.createTestingModule({
    imports: [AsposeAuthModule.forRoot(options)],
  }).setLogger(logger);
  if (clock !== undefined) builder.overrideProvider(TokenClock).useValue(clock);
  const module = await builder.compile();
  await module.init();
  onTestFinished(() => module.close());

  const tokens = module.get(AsposeTokenService);
  const events: AsposeTokenEvent[] = [];
  tokens.events$.subscribe((event) => events.push(event));
  return { aspose: module.get(AsposeHttpService), tokens, events, logger };
}
