import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import ts from 'typescript';
import {
  afterAll,
  beforeAll,
  describe,
  expect,
  it,
  onTestFinished,
} from 'vitest';
import { parse } from 'yaml';

import { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { endWithThisProcess } from './support/end-with-this-process.js';
import { RedisServer } from './support/redis-server.js';

const ROOT = resolve(__dirname, '../..');
const page = ['fleet', 'kubernetes']
  .map((name) => readFileSync(join(ROOT, `docs/${name}.md`), 'utf8'))
  .join('\n');

const blocksOf = (language: string) =>
  [
    ...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms')),
  ].map(([, text = '']) => text);

/** What an orchestrator starts of an example, and how often. */
interface Example {
  readonly name: string;
  readonly replicas: number;
  readonly command: readonly string[];
  readonly variables: readonly string[];
}

interface Deployment {
  spec: {
    replicas: number;
    template: {
      spec: { containers: [{ command: string[]; env: { name: string }[] }] };
    };
  };
}

interface Compose {
  services: {
    reports: {
      command: string[];
      deploy: { replicas: number };
      environment: Record<string, string>;
    };
  };
}

const [deployment, compose] = blocksOf('yaml').map(
  (text) => parse(text) as unknown,
) as [Deployment, Compose];
const [container] = deployment.spec.template.spec.containers;
const { reports } = compose.services;

const EXAMPLES: Example[] = [
  {
    name: 'Kubernetes',
    replicas: deployment.spec.replicas,
    command: container.command,
    variables: container.env.map(({ name }) => name),
  },
  {
    name: 'Compose',
    replicas: reports.deploy.replicas,
    command: reports.command,
    variables: Object.keys(reports.environment),
  },
];

/** The app of the page, which says which token it has; its options lead to the cloud of the test. */
function appOfThePage(): string {
  const snippets = blocksOf('ts');
  const registration = snippets
    .map((text) => /^AsposeAuthModule\.forRootAsync.*(?=;)/ms.exec(text)?.[0])
    .find((text) => text !== undefined)!
    .replace('store:', "baseUrl: config.get('CLOUD_URL'),\nstore:");
  const redisModule = snippets.find((text) =>
    text.includes('class RedisModule'),
  )!;
  return `
    import 'reflect-metadata';
    import { Logger, Module, OnApplicationShutdown } from '@nestjs/common';
    import { ConfigModule, ConfigService } from '@nestjs/config';
    import { NestFactory } from '@nestjs/core';
    import { Redis } from 'ioredis';
    import { AsposeAuthModule, AsposeTokenService } from 'nestjs-aspose-auth';
    import { redisTokenStore } from 'nestjs-aspose-auth/redis';

    ${redisModule}

    @Module({ imports: [ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }), ${registration}] })
    class AppModule {}

    async function main() {
      const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
      app.enableShutdownHooks();
      await app.listen(process.env['PORT']!);
      const token = await app.get(AsposeTokenService).getToken();
      console.log('token ' + token.fingerprint);
    }
    void main();
  `;
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aspose-documented-'));
  const links = {
    '@nestjs': join(ROOT, 'node_modules/@nestjs'),
    'reflect-metadata': join(ROOT, 'node_modules/reflect-metadata'),
    'nestjs-aspose-auth': ROOT,
    ioredis: join(__dirname, 'node_modules/ioredis-6'),
  };
  for (const [name, target] of Object.entries(links)) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
  mkdirSync(join(folder, 'dist'));
  const { outputText } = ts.transpileModule(appOfThePage(), {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2023,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  writeFileSync(join(folder, 'dist/main.js'), outputText);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Waits until a process says which token it has, or ends. */
async function tokenOf(child: ChildProcess): Promise<string> {
  let said = '';
  child.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  while (!/^token \w+$/m.test(said) && child.exitCode === null)
    await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
  return /^token (\w+)$/m.exec(said)?.[1] ?? said;
}

describe.each(EXAMPLES)(
  'The replicas of the example for $name',
  ({ replicas, command, variables }) => {
    it('start by its command and environment, and share one token', async () => {
      await using redis = await RedisServer.start();
      const cloud = await AsposeCloudEmulator.start();
      onTestFinished(() => cloud.close());
      const values: Record<string, string> = {
        PORT: '0',
        REDIS_URL: redis.url,
        ASPOSE_CLIENT_ID: cloud.clientId,
        ASPOSE_CLIENT_SECRET: cloud.clientSecret,
      };
      const env = Object.fromEntries(
        variables.map((name) => [name, values[name]]),
      );
      const [program = '', ...args] = command;
      const children = Array.from({ length: replicas }, () => {
        const child = spawn(program, args, {
          cwd: folder,
          env: {
            PATH: process.env['PATH'],
            NODE_NO_WARNINGS: '1',
            CLOUD_URL: cloud.url,
            ...env,
          },
        });
        endWithThisProcess(child);
        return child;
      });

      const tokens = await Promise.all(children.map(tokenOf));

      expect(new Set(tokens).size).toBe(1);
      expect(tokens[0]).toMatch(/^[0-9a-f]{8}$/);
      expect(cloud.tokenRequests).toHaveLength(1);
      const ended = children.map((child) => once(child, 'exit'));
      for (const child of children) child.kill('SIGTERM');
      await Promise.all(ended);
    });
  },
);
