/** A wall clock that stands still until it is turned; starts 250 ms into a second. */
export class ManualNow {
  ms = Date.UTC(2026, 10, 22, 8, 0, 0, 250);

  readonly read = (): number => this.ms;

  advanceSeconds(seconds: number): void {
    this.ms += seconds * 1000;
  }
}
