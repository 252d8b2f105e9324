/** Where a list goes on: put it into the query of the next call. */
export interface Position {
  cursor?: string;
  offset?: number;
}

/** A page of a list, as every list operation answers. */
export interface Page<Item> {
  data: Item[];
  page: { nextCursor: string | null; hasMore: boolean };
}

/**
 * Every page of a list, by cursor where the list gives one, by offset otherwise; asks for the next when it is wanted.
 * `list` is called with the position to read from: `(at) => entrepot.listProducts({ path, query: { ...at } })`.
 */
export async function* pages<Item>(
  list: (at: Position) => Promise<{ data: Page<Item> }>,
): AsyncGenerator<Page<Item>, void> {
  let at: Position = {};
  for (let read = 0; ;) {
    const { data: page } = await list(at);
    yield page;
    read += page.data.length;
    if (!page.page.hasMore) return;
    at = page.page.nextCursor === null ? { offset: read } : { cursor: page.page.nextCursor };
  }
}

/** Every item of a list, page after page. */
export async function* items<Item>(
  list: (at: Position) => Promise<{ data: Page<Item> }>,
): AsyncGenerator<Item, void> {
  for await (const { data } of pages(list)) yield* data;
}
