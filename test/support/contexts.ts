import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';

class ReportController {
  convert(this: void): void {}
}

/** What Nest hands to guards, filters and interceptors, of any kind: `http`, `rpc`, `ws`, `graphql`. */
export function contextOf(
  type: string,
  ...args: readonly unknown[]
): ExecutionContextHost {
  const context = new ExecutionContextHost(
    [...args],
    ReportController,
    ReportController.prototype.convert,
  );
  context.setType(type);
  return context;
}
