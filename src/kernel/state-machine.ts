import { AppError } from './errors.js';

/** A lifecycle as a table: which states may follow which. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

/**
 * The states from which `to` can be reached: what the write's filter expects, so that of two writers one wins.
 */
export function sourcesOf<State extends string>(transitions: Transitions<State>, to: State): State[] {
  return (Object.keys(transitions) as State[]).filter((from) => transitions[from].includes(to));
}

/** @throws AppError `invalid_transition` naming what is allowed instead */
export function assertTransition<State extends string>(
  transitions: Transitions<State>,
  from: State,
  to: State,
): void {
  if (transitions[from].includes(to)) return;
  const allowed = transitions[from].join(', ') || 'nothing: it is final';
  throw new AppError('invalid_transition', `"${from}" cannot become "${to}"; from here: ${allowed}.`);
}
