/** What a mail says; layout and the two forms (plain text, HTML) are made from it. */
export interface MailContent {
  subject: string;
  /** Plain sentences, a paragraph each. */
  paragraphs: readonly string[];
  /** The one thing the reader is asked to do. */
  action?: { label: string; url: string; code: string };
  /** Said last, small: why the reader gets this, what to do when it was not them. */
  footnote: string;
}

export interface Mail extends MailContent {
  /** Name of the kind of mail, for logs and metrics. */
  kind: string;
  to: string;
}
