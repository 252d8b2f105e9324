export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * The result of the work if it comes within `ms`. Timers fire before sockets are read: when this process was busy the
 * answer may lie there already, so one turn of the event loop is granted after the deadline. What is measured is the
 * other side, not our own load.
 * @throws DeadlineError, or what the work throws
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      setImmediate(() => {
        setImmediate(() => {
          reject(new DeadlineError(`no answer within ${ms} ms`));
        });
      });
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
