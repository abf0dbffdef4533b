import { readdirSync } from 'node:fs';

import { beforeAll, expect, it } from 'vitest';

import { compileSnippets, snippetsIn } from '../support/snippets.js';

/** What a reader has at hand; in a snippet of class members, `this` is a `Reader`. */
const READER = `
  import type { CanActivate, DynamicModule } from '@nestjs/common';
  import type { RequestListener } from 'node:http';
  import type { HttpService } from '@nestjs/axios';
  import type { AsposeFetch, AsposeHttpService, AsposeTenants, AsposeTokenService } from 'nestjs-aspose-auth';
  import type { Observable } from 'rxjs';

  export * from '@nestjs/common';
  export { HttpService } from '@nestjs/axios';
  export { ConfigModule, ConfigService } from '@nestjs/config';
  export { MessagePattern, Transport } from '@nestjs/microservices';
  export { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
  export { FileInterceptor } from '@nestjs/platform-express';
  export { WebSocketGateway } from '@nestjs/websockets';
  export { Test } from '@nestjs/testing';
  export { afterAll, beforeAll, expect, it } from 'vitest';
  export { createHash } from 'node:crypto';
  export { createReadStream } from 'node:fs';
  export type { IncomingMessage, ServerResponse } from 'node:http';
  export type { Readable } from 'node:stream';
  export * from 'rxjs';
  export * from 'nestjs-aspose-auth';
  export * from 'nestjs-aspose-auth/console';
  export * from 'nestjs-aspose-auth/endpoint';
  export * from 'nestjs-aspose-auth/gateway';
  export * from 'nestjs-aspose-auth/opentelemetry';
  export * from 'nestjs-aspose-auth/redis';
  export * from 'nestjs-aspose-auth/sdk';
  export * from 'nestjs-aspose-auth/terminus';
  export * from 'nestjs-aspose-auth/testing';

  export declare function asAsposeAsks(error: unknown, attempt: number): Observable<unknown>;
  export declare class AppModule {}
  export declare class StorageController { usage(): Observable<{ usedBytes: number }>; }
  export declare class Redis { constructor(url: string); status: string; connect(): Promise<unknown>; defineCommand(name: string, definition: object): void; evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>; eval(script: string, keys: number, ...args: string[]): Promise<unknown>; on(event: string, listener: (error: Error) => void): this; disconnect(): void; }
  export declare class RedisModule {}
  export declare const redis: Redis;
  export declare const [currentKey, newKey, oldKey]: any[];
  export declare class SessionGuard implements CanActivate { canActivate(): boolean; }
  export declare class AccountService { all(): Promise<string[]>; asposeCredentials(account: string): Promise<{ clientId: string; clientSecret: string } | undefined>; }
  export declare class AccountModule {}
  export declare class ServiceKeyGuard implements CanActivate { canActivate(): boolean; }
  export declare class CellsApi { constructor(id: string, secret: string, version: string, baseUrl?: string); getDiscUsage(request: GetDiscUsageRequest): Promise<{ body: { UsedSize?: number } }>; }
  export declare class GetDiscUsageRequest { storageName?: string; }
  export declare class WordsApi { constructor(id: string, secret: string, baseUrl?: string); }
  export declare class TasksApi { constructor(id: string, secret: string, baseUrl?: string); }
  export declare class SlidesApi { constructor(id: string, secret: string, baseUrl?: string); }
  export declare class ImagingApi { constructor(secret: string, id: string, baseUrl?: string); }
  export declare class CadApi { constructor(secret: string, id: string, baseUrl?: string); }
  export declare class PdfApi { constructor(id: string, secret: string, baseUrl?: string); }
  export declare class Configuration { constructor(id: string, secret: string, baseUrl?: string); }
  export declare class ConvertApi { private constructor(); static fromConfig(configuration: Configuration): ConvertApi; convertDocumentDirect(request: ConvertDocumentDirectRequest): Promise<Buffer>; }
  export declare class ConvertDocumentDirectRequest { constructor(format: string, file: Buffer); format: string; }
  export declare class GenerateApi { constructor(configuration: Configuration); }
  export declare class ClsService { get(key: string): any; }
  export declare function Cron(time: string): MethodDecorator;
  export declare function Query(type: () => unknown): MethodDecorator;
  export declare class GraphQLModule { static forRoot<T>(options: T): DynamicModule; }
  export declare class ApolloDriver {}
  export interface ApolloDriverConfig { driver: typeof ApolloDriver; autoSchemaFile: boolean; formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError; }
  export interface GraphQLFormattedError { readonly message: string; readonly extensions?: Record<string, unknown>; }
  export declare function Resolver(): ClassDecorator;
  export declare class ReportService { runAll(): Promise<void>; report(path: string): Promise<object>; }
  export declare function Processor(queue: string): ClassDecorator;
  export declare abstract class WorkerHost { abstract process(job: Job, token?: string): unknown; }
  export declare class Job<T = any> { data: T; moveToDelayed(timestamp: number, token?: string): Promise<void>; }
  export declare class DelayedError extends Error {}
  export type Handler = (event: any, context: object, callback: () => void) => void | Promise<any>;
  export declare function configure(settings: { app: RequestListener; binarySettings?: { contentTypes?: string[] } }): Handler;
  export declare const tenants: AsposeTenants;
  export declare const url: string;
  export declare const workbook: Buffer;

  export declare class Reader {
    protected readonly aspose: AsposeHttpService;
    protected readonly fetch: AsposeFetch;
    protected readonly http: HttpService;
    protected readonly tokens: AsposeTokenService;
  }
`;

const DOCUMENTS = [
  'README.md',
  'sample-app/README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** What needs the official SDKs, and is compiled where they are: test/sdk/documented-calls.sdk-spec.ts. */
const WITH_SDKS = 'docs/products.md';

const snippets = DOCUMENTS.filter((path) => path !== WITH_SDKS).flatMap(
  snippetsIn,
);

const WRONG = [
  ["AsposeAuthModule.forRoot({\n  clientID: 'id',\n});", 11, 'clientID'],
  ['this.tokens.fetchToken();', 10, 'fetchToken'],
  ["@Post('convert')\nconvert(@AsposeToken() token: Token) {}", 11, 'Token'],
  ["import { nothing } from 'nestjs-aspose-auth';", 10, 'nothing'],
  ['const {', 10, 'expected'],
] as const;

let problems: string[][];
beforeAll(() => {
  const wrong = WRONG.map(([text]) => ({ path: 'WRONG.md', line: 10, text }));
  problems = compileSnippets([...snippets, ...wrong], READER);
}, 120_000);

it.each(snippets.map(({ path, line }, index) => ({ path, line, index })))(
  'compiles as a reader would write it: $path:$line',
  ({ index }) => {
    expect(problems[index]).toEqual([]);
  },
);

it.each(
  WRONG.map(([text, line, name], index) => ({ text, line, name, index })),
)('would tell what is wrong: $text', ({ line, name, index }) => {
  const [problem] = problems[snippets.length + index] ?? [];

  expect(problem).toMatch(new RegExp(`^WRONG\\.md:${line} .*${name}`));
});

// An upload's buffer has another type in each of them.
it.each(['types-node-22', 'types-node-24'])(
  'compiles the way from an upload to Aspose with %s, too',
  (nodeTypes) => {
    const uploads = snippets.filter(({ text }) => text.includes('new Blob('));

    expect(uploads).not.toEqual([]);
    expect(compileSnippets(uploads, READER, nodeTypes).flat()).toEqual([]);
    const naive = { path: 'WRONG.md', line: 1, text: 'new Blob([workbook]);' };
    expect(compileSnippets([naive], READER, nodeTypes).flat()).toHaveLength(1);
  },
  120_000,
);
