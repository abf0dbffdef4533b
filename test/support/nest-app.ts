import {
  type DynamicModule,
  type INestApplication,
  type INestApplicationContext,
  type InjectionToken,
  Module,
  type ModuleMetadata,
  type NestApplicationOptions,
} from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { onTestFinished } from 'vitest';

import {
  AsposeAuthModule,
  AsposeHttpService,
  type AsposeTokenEvent,
  AsposeTokenService,
  TokenClock,
} from '../../lib/index.js';
import {
  AsposeTokenEndpointModule,
  type TokenEndpointPolicy,
} from '../../lib/endpoint/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { optionsFor } from './cloud.js';
import type { Platform } from './platforms.js';
import { RecordingLogger } from './recording-logger.js';

/** An app under test, until the test ends. */
export class StartedApp<
  App extends INestApplicationContext = INestApplicationContext,
> {
  /** What `events$` said, oldest first. */
  readonly events: AsposeTokenEvent[] = [];

  constructor(
    readonly app: App,
    readonly logger: RecordingLogger,
  ) {}

  get aspose(): AsposeHttpService {
    return this.app.get(AsposeHttpService, { strict: false });
  }

  get tokens(): AsposeTokenService {
    return this.app.get(AsposeTokenService, { strict: false });
  }
}

/** An app that listens on a free loopback port. */
export class ListeningApp extends StartedApp<INestApplication> {
  constructor(
    app: INestApplication,
    logger: RecordingLogger,
    readonly url: string,
  ) {
    super(app, logger);
  }
}

type AuthOptions = NonNullable<Parameters<typeof AsposeAuthModule.forRoot>[0]>;

/** What an app is made of. */
interface Plan {
  /** The options of `AsposeAuthModule`, in an app that has it. */
  readonly options?: AuthOptions;
  readonly parts: readonly ModuleMetadata[];
  readonly overrides: ReadonlyMap<InjectionToken, unknown>;
  readonly prepare: (app: INestApplication) => void | Promise<void>;
}

type Launch<Started> = (
  module: TestingModule,
  logger: RecordingLogger,
  prepare: Plan['prepare'],
) => Promise<Started>;

/** Says what an app is made of, and boots it. Each method returns another builder. */
export class NestAppBuilder<Started extends StartedApp> {
  readonly #plan: Plan;
  readonly #launch: Launch<Started>;

  constructor(plan: Plan, launch: Launch<Started>) {
    this.#plan = plan;
    this.#launch = launch;
  }

  /** Registers `AsposeAuthModule` with these options, and those that were given before. */
  with(options: AuthOptions): NestAppBuilder<Started> {
    return this.#and({ options: { ...this.#plan.options, ...options } });
  }

  /** Registers `AsposeAuthModule` for an emulator; no token is fetched before one is needed. */
  overCloud(cloud: AsposeCloudEmulator): NestAppBuilder<Started> {
    return this.with(optionsFor(cloud));
  }

  /** Forwards token requests to an identity server, for anyone. */
  forwardingTo(
    identityServer: string,
    policy: TokenEndpointPolicy = {},
  ): NestAppBuilder<Started> {
    return this.importing(
      AsposeTokenEndpointModule.forRoot({
        mode: 'forward',
        public: true,
        tokenEndpoint: `${identityServer}/connect/token`,
        ...policy,
      }),
    );
  }

  /** Gives every module a clock. */
  timedBy(clock: TokenClock): NestAppBuilder<Started> {
    return this.importing(clockModule(clock)).overriding(TokenClock, clock);
  }

  importing(
    ...imports: NonNullable<ModuleMetadata['imports']>
  ): NestAppBuilder<Started> {
    return this.declaring({ imports });
  }

  /** Adds to the root module. */
  declaring(part: ModuleMetadata): NestAppBuilder<Started> {
    return this.#and({ parts: [...this.#plan.parts, part] });
  }

  /** Puts a value in place of a provider. */
  overriding(token: InjectionToken, value: unknown): NestAppBuilder<Started> {
    const overrides = new Map(this.#plan.overrides).set(token, value);
    return this.#and({ overrides });
  }

  /** Does something to the app before it listens. */
  prepared(prepare: Plan['prepare']): NestAppBuilder<Started> {
    return this.#and({ prepare });
  }

  /** Has the app listen, on a platform. */
  on(
    { adapter }: Platform,
    options: NestApplicationOptions = {},
  ): NestAppBuilder<ListeningApp> {
    return new NestAppBuilder(
      this.#plan,
      async (module, logger, prepare): Promise<ListeningApp> => {
        const app = module.createNestApplication(new adapter(), {
          logger,
          forceCloseConnections: true,
          ...options,
        });
        await prepare(app);
        await app.listen(0, '127.0.0.1');
        onTestFinished(() => app.close());
        return new ListeningApp(app, logger, await app.getUrl());
      },
    );
  }

  /** Compiles the module, and runs no hook of it. */
  async compile(logger = new RecordingLogger()): Promise<TestingModule> {
    const module = await this.#compile(logger);
    onTestFinished(() => module.close());
    return module;
  }

  /** Boots the app, until the test ends. */
  async start(): Promise<Started> {
    const logger = new RecordingLogger();
    const module = await this.#compile(logger);
    const started = await this.#launch(module, logger, this.#plan.prepare);
    const { options, overrides } = this.#plan;
    if (options !== undefined && !overrides.has(AsposeTokenService))
      started.tokens.events$.subscribe((event) => started.events.push(event));
    return started;
  }

  #and(change: Partial<Plan>): NestAppBuilder<Started> {
    return new NestAppBuilder({ ...this.#plan, ...change }, this.#launch);
  }

  #compile(logger: RecordingLogger): Promise<TestingModule> {
    const { options, parts, overrides } = this.#plan;
    const auth =
      options === undefined ? [] : [AsposeAuthModule.forRoot(options)];
    const builder = Test.createTestingModule({
      imports: [...auth, ...parts.flatMap(({ imports = [] }) => imports)],
      controllers: parts.flatMap(({ controllers = [] }) => controllers),
      providers: parts.flatMap(({ providers = [] }) => providers),
    }).setLogger(logger);
    for (const [token, value] of overrides)
      builder.overrideProvider(token).useValue(value);
    return builder.compile();
  }
}

/** Begins an app without a server: `nestApp().overCloud(cloud).on(platform).start()`. */
export function nestApp(): NestAppBuilder<StartedApp> {
  return new NestAppBuilder(
    { parts: [], overrides: new Map(), prepare: () => {} },
    async (module, logger) => {
      await module.init();
      onTestFinished(() => module.close());
      return new StartedApp(module, logger);
    },
  );
}

@Module({})
class ClockModule {}

function clockModule(clock: TokenClock): DynamicModule {
  return {
    module: ClockModule,
    global: true,
    providers: [{ provide: TokenClock, useValue: clock }],
    exports: [TokenClock],
  };
}
