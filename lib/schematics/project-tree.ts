/** The part of the Angular devkit's tree of files that is used here: the devkit is of the user's project. */
export interface ProjectTree {
  exists(path: string): boolean;
  readText(path: string): string;
  create(path: string, content: string): void;
  overwrite(path: string, content: string): void;
}

/** The part of the devkit's context that is used here. */
export interface SchematicContext {
  addTask(task: {
    toConfiguration(): { name: string; options: object };
  }): unknown;
}
