type Reporter = (error: unknown) => void;

let reporter: Reporter = () => undefined;

/** Sends errors there from now on. */
export function reportErrorsTo(next: Reporter): void {
  reporter = next;
}

/** Reports an error nobody expected; does nothing unless a service was configured. */
export function reportError(error: unknown): void {
  reporter(error);
}
