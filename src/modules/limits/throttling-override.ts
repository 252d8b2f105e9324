export const SUBJECT_KINDS = ['ip', 'user', 'key', 'tenant'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

export const OVERRIDE_ACTIONS = ['limit', 'exempt', 'block'] as const;
export type OverrideAction = (typeof OVERRIDE_ACTIONS)[number];

/** An operator's exception to the limits. There is one a subject. */
export interface ThrottlingOverride {
  id: string;
  subjectKind: SubjectKind;
  /** `ip`: an address or CIDR; `user`: an account's id; `key`: an API key's id; `tenant`: a shop's domain or an organisation's id. */
  subject: string;
  action: OverrideAction;
  /** Requests in any span of `windowSeconds`; both null unless the action is `limit`. */
  limit: number | null;
  windowSeconds: number | null;
  reason: string;
  /** Principal id of the operator. */
  createdBy: string;
  /** Null for in force until removed. */
  expiresAt: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export function inForce({ expiresAt }: Pick<ThrottlingOverride, 'expiresAt'>, now: Date): boolean {
  return expiresAt === null || expiresAt > now;
}
