import type { ProjectTree } from '../../lib/schematics/nest-add.js';

/** A project's files in memory, as a schematic sees them. */
export class MemoryTree implements ProjectTree {
  readonly files: Map<string, string>;

  constructor(files: Readonly<Record<string, string>>) {
    this.files = new Map(Object.entries(files));
  }

  exists(path: string): boolean {
    return this.files.has(path);
  }

  readText(path: string): string {
    const text = this.files.get(path);
    if (text === undefined) throw new Error(`${path} does not exist`);
    return text;
  }

  create(path: string, content: string): void {
    if (this.exists(path)) throw new Error(`${path} exists`);
    this.files.set(path, content);
  }

  overwrite(path: string, content: string): void {
    this.readText(path);
    this.files.set(path, content);
  }
}
