/** What a mail says; layout and the two forms (plain text, HTML) are made from it. */
export interface MailContent {
  /** BCP 47; English if absent. */
  language?: string;
  subject: string;
  /** Plain sentences, a paragraph each. */
  paragraphs: readonly string[];
  /** What is looked up rather than read: a table. */
  facts?: readonly { label: string; value: string }[];
  /** The one thing the reader is asked to do; `code` where it can be done without the link. */
  action?: { label: string; url: string; code?: string };
  /** Said last, small: why the reader gets this, what to do when it was not them. */
  footnote: string;
}

export interface Mail extends MailContent {
  /** Name of its template, and the version that wrote it: for logs. Written by `writeMail` and nothing else. */
  kind: string;
  version: number;
  to: string;
  /** In whose name it is sent, from the address of MAIL_FROM. */
  fromName?: string;
  replyTo?: string;
  /** Where the reader ends mails of this sort (RFC 8058); not in mails that belong to a transaction. */
  unsubscribeUrl?: string;
}
