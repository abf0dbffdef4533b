import type { CanActivate, ModuleMetadata, Type } from '@nestjs/common';

/** What `AsposeConsoleModule.forRoot()` takes. */
export interface AsposeConsoleOptions {
  /**
   * Where the page is served, below the app's global prefix.
   *
   * @default 'aspose-console'
   */
  path?: string | undefined;
  /**
   * Who may look. Required without `public`. A browser opens the page, and sends cookies and Basic credentials, but no bearer
   * token: use guards that know callers by a session, a cookie or Basic authentication.
   */
  guards?: (Type<CanActivate> | CanActivate)[] | undefined;
  /**
   * Whether the page does without guards of its own: it is shown to whoever reaches the app, or gets past guards of the whole
   * app.
   *
   * @default false
   */
  public?: boolean | undefined;
  /** Decorators of the controller, for guards of the whole app: `SkipThrottle()`, `Roles('operator')`. */
  decorators?: ClassDecorator[] | undefined;
  /** The modules that the guards need. */
  imports?: ModuleMetadata['imports'];
}
