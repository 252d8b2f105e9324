/** A document's id as callers write it. */
export const OBJECT_ID = /^[0-9a-f]{24}$/;
