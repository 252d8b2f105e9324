import { kind, type Texts, type Theme } from './theme.ts';

const finish = { name: 'Finish', values: ['Natural', 'Oiled', 'Black', 'White'] };
const size = { name: 'Size', values: ['Small', 'Medium', 'Large'] };
const glaze = { name: 'Color', values: ['White', 'Sand', 'Sage', 'Charcoal', 'Terracotta'] };

const hard: Texts = {
  details: [
    'Comes fully assembled, with felt pads to protect the floor.',
    'Made with offcuts from our furniture workshop.',
    'Packed without plastic, in recycled card.',
    'The grain and tone of each piece differ a little.',
  ],
  care: ['Wipe clean with a damp cloth.', 'Dust with a soft, dry cloth.', 'Keep out of direct sun.'],
};

const soft: Texts = {
  details: [
    'Woven in small runs at a family mill.',
    'Pre-washed, so it is soft from the first night.',
    'Dyed with low-impact colours.',
    'Finished with a neat hand-sewn edge.',
  ],
  care: ['Wash at 30 °C, dry on the line.', 'Machine wash gentle.', 'Air often, wash seldom.'],
};

const ware: Texts = {
  details: [
    'Slight variations in tone are part of its character.',
    'Fired twice for a lasting surface.',
    'Designed to stack, so it stores away neatly.',
    'Shaped by hand, so each one is a little different.',
  ],
  care: ['Wash by hand in warm water.', 'Wipe clean with a damp cloth.', 'Rinse and dry after use.'],
};

export const home: Theme = {
  path: 'home',
  skuPrefix: 'HG',
  vendors: [
    'Hearth & Loam',
    'Kiln Street',
    'Oakmere',
    'Fjordhus',
    'The Potting Bench',
    'Casa Lenta',
    'Dunmore',
  ],
  lines:
    'Aspen Bramble Clover Dale Elder Fallow Grove Heath Ingle Jasper Knoll Larch Meadow Nettle Orchard Pebble Quarry Ridge Shore Thistle Upland Verge Weald Yew Acre Barn Croft Dell Eaves Ford Gable Hollow Isle Kiln Loft Mill Nook Parlour Reed Stone Terrace Vine Wick Attic Brook Cinder Delta Fable'.split(
      ' ',
    ),
  openings: [
    'Made for rooms that are lived in.',
    'A small change that makes a corner feel finished.',
    'Simple, solid and meant to be handed on.',
    'Shaped by hand in a workshop of six, one piece at a time.',
    'As useful as it is good to look at.',
    'Warm texture, quiet colour, and a footprint that fits small homes.',
  ],
  // prettier-ignore
  kinds: [
    kind(ware, 'Plant Pot', 'Garden', 'Home & Garden > Lawn & Garden > Gardening > Pots & Planters', 'Clay, Stoneware, Terracotta, Zinc, Concrete', [12, 65], 1800, size, 'pots, plants, garden'),
    kind(ware, 'Watering Can', 'Garden', 'Home & Garden > Lawn & Garden > Watering & Irrigation', 'Galvanised, Copper, Enamel, Steel, Brass', [24, 79], 900, finish, 'garden, tools'),
    kind(hard, 'Table Lamp', 'Lighting', 'Home & Garden > Lighting > Lamps', 'Ceramic, Brass, Rattan, Oak, Glass', [45, 180], 1600, finish, 'lighting, bedroom, living room'),
    kind(hard, 'Pendant Light', 'Lighting', 'Home & Garden > Lighting > Lighting Fixtures', 'Copper, Linen, Paper, Smoked Glass, Steel', [59, 240], 1400, size, 'lighting, kitchen'),
    kind(hard, 'Armchair', 'Furniture', 'Furniture > Chairs', 'Velvet, Bouclé, Linen, Leather, Rattan', [240, 890], 17000, finish, 'furniture, living room'),
    kind(hard, 'Side Table', 'Furniture', 'Furniture > Tables > Accent Tables', 'Oak, Walnut, Marble, Ash, Steel', [79, 320], 6200, finish, 'furniture, tables'),
    kind(hard, 'Bookshelf', 'Furniture', 'Furniture > Shelving', 'Oak, Pine, Birch, Walnut, Bamboo', [120, 540], 21000, size, 'furniture, storage'),
    kind(soft, 'Throw Blanket', 'Textiles', 'Home & Garden > Linens & Bedding', 'Wool, Cotton, Mohair, Waffle, Linen', [39, 160], 900, glaze, 'textiles, bedroom, cosy'),
    kind(soft, 'Cushion', 'Textiles', 'Home & Garden > Decor > Throw Pillows', 'Velvet, Linen, Wool, Kantha, Corduroy', [19, 69], 450, glaze, 'textiles, living room'),
    kind(soft, 'Duvet Set', 'Bedding', 'Home & Garden > Linens & Bedding > Bedding', 'Percale, Linen, Sateen, Flannel, Organic Cotton', [69, 230], 1900, { name: 'Size', values: ['Single', 'Double', 'King'] }, 'bedding, bedroom'),
    kind(ware, 'Mug', 'Tableware', 'Home & Garden > Kitchen & Dining > Tableware', 'Stoneware, Porcelain, Enamel, Speckled, Earthenware', [9, 32], 350, glaze, 'tableware, kitchen, gifts'),
    kind(ware, 'Serving Bowl', 'Tableware', 'Home & Garden > Kitchen & Dining > Tableware', 'Olive Wood, Stoneware, Porcelain, Glass, Acacia', [24, 95], 1100, size, 'tableware, kitchen'),
    kind(hard, 'Candle', 'Decor', 'Home & Garden > Decor > Home Fragrances', 'Beeswax, Soy, Fig, Cedar, Lavender', [14, 48], 420, size, 'candles, gifts, decor'),
    kind(hard, 'Wall Mirror', 'Decor', 'Home & Garden > Decor > Mirrors', 'Brass, Oak, Arched, Round, Rattan', [59, 260], 5200, size, 'mirrors, decor, hallway'),
    kind(hard, 'Garden Bench', 'Outdoor', 'Furniture > Outdoor Furniture', 'Teak, Cast Iron, Acacia, Oak, Reclaimed', [160, 620], 24000, finish, 'outdoor, garden, furniture'),
    kind(hard, 'Storage Basket', 'Storage', 'Home & Garden > Household Supplies > Storage & Organization', 'Seagrass, Rattan, Wool Felt, Jute, Willow', [22, 84], 800, size, 'storage, baskets'),
  ],
};
