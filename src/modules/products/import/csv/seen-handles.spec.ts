import { SeenHandles } from './seen-handles.js';

describe('SeenHandles', () => {
  it('knows the first line of each of many handles', () => {
    const seen = new SeenHandles();
    for (let i = 0; i < 50_000; i++) expect(seen.firstLine(`product-${i}`, i + 2)).toBeUndefined();
    for (let i = 0; i < 50_000; i++) expect(seen.firstLine(`product-${i}`, 9)).toBe(i + 2);
  });
});
