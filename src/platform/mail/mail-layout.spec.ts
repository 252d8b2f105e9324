import { htmlOf, textOf } from './mail-layout.js';

const mail = {
  subject: 'Confirm <you>',
  paragraphs: ['First & foremost.', '<script>alert(1)</script>'],
  action: { label: 'Confirm', url: 'https://shop.example/verify#token=a"b', code: 'a"b' },
  footnote: 'It was not you? Ignore this.',
};

describe('mail layout', () => {
  it('writes plain text with the link on a line of its own', () => {
    expect(textOf(mail)).toBe(
      'First & foremost.\n\n<script>alert(1)</script>\n\nConfirm:\nhttps://shop.example/verify#token=a"b\n\n' +
        'Or enter this code:\na"b\n\n--\nIt was not you? Ignore this.\n',
    );
  });

  it('escapes everything in HTML', () => {
    const html = htmlOf(mail);
    expect(html).toContain('<title>Confirm &lt;you&gt;</title>');
    expect(html).toContain('First &amp; foremost.');
    expect(html).toContain('href="https://shop.example/verify#token=a&quot;b"');
    expect(html).not.toContain('<script>');
  });

  it('leaves the button out when nothing is asked', () => {
    const { action: _, ...told } = mail;
    expect(htmlOf(told)).not.toContain('<a ');
    expect(textOf(told)).not.toContain('code');
  });
});
