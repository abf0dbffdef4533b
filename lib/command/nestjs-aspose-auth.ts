#!/usr/bin/env node
import { runCommand } from './run-command.js';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interruption.abort());

// Whoever reads along may stop: in `emulate | head`, for example. The cloud goes on.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const terminal = {
  print: (text: string) => void process.stdout.write(text),
  remark: (text: string) => void process.stderr.write(text),
};
async function main(): Promise<void> {
  const args = process.argv.slice(2);
  process.exitCode = await runCommand(args, terminal, interruption.signal);
}
void main();
