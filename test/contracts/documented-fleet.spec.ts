import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import {
  READ,
  TRY_LOCK,
  UNLOCK,
  WRITE,
} from '../../lib/redis/redis-scripts.js';

const blocks = [
  ...readFileSync('docs/kubernetes.md', 'utf8').matchAll(
    /^```yaml\n(.*?)^```$/gms,
  ),
].map(([, text = '']) => parse(text) as Record<string, unknown>);

/** What both examples need in their environment. */
const VARIABLES = [
  'ASPOSE_CLIENT_ID',
  'ASPOSE_CLIENT_SECRET',
  'PORT',
  'REDIS_URL',
];

describe('docs/kubernetes.md', () => {
  it('has a Deployment of several replicas, which select their own pods', () => {
    const [deployment] = blocks;
    expect(deployment).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: {
        replicas: 4,
        selector: { matchLabels: { app: 'reports' } },
        template: {
          metadata: { labels: { app: 'reports' } },
          spec: { containers: [{ command: ['node', 'dist/main.js'] }] },
        },
      },
    });
    const [container] = (
      deployment as {
        spec: {
          template: { spec: { containers: { env: { name: string }[] }[] } };
        };
      }
    ).spec.template.spec.containers;
    expect(container?.env.map(({ name }) => name).toSorted()).toEqual(
      VARIABLES,
    );
  });

  it('has services of Compose, with a Redis that is there', () => {
    const [, compose] = blocks;
    expect(compose).toMatchObject({
      services: {
        redis: { image: 'redis:7' },
        reports: {
          command: ['node', 'dist/main.js'],
          depends_on: ['redis'],
          deploy: { replicas: 3 },
          environment: { REDIS_URL: 'redis://redis:6379' },
        },
      },
    });
    const { environment } = (
      compose as {
        services: { reports: { environment: Record<string, string> } };
      }
    ).services.reports;
    expect(Object.keys(environment).toSorted()).toEqual(VARIABLES);
  });
});

describe('docs/fleet.md', () => {
  it('lists the commands that Redis must permit, and no others', () => {
    const page = readFileSync('docs/fleet.md', 'utf8');
    const permitted = [...page.matchAll(/ \+(\w+)/g)].map(([, name]) => name);
    const called = [READ, WRITE, TRY_LOCK, UNLOCK].flatMap(({ text }) =>
      [...text.matchAll(/redis\.call\('(\w+)'/g)].map(([, name]) =>
        name?.toLowerCase(),
      ),
    );
    // ioredis asks INFO as it connects.
    const commands = ['eval', 'evalsha', 'info', ...called];
    expect(new Set(permitted)).toEqual(new Set(commands));
  });
});
