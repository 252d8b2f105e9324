import { kind, type Texts, type Theme } from './theme.ts';

const metal = { name: 'Metal', values: ['Silver', 'Gold', 'Rose Gold'] };
const ring = { name: 'Size', values: ['48', '50', '52', '54', '56', '58'] };
const chain = { name: 'Length', values: ['40 cm', '45 cm', '50 cm'] };
const strap = { name: 'Strap', values: ['Black', 'Tan', 'Steel'] };
const jewelry = 'Apparel & Accessories > Jewelry';

const jewel: Texts = {
  details: [
    'Recycled metal, nickel-free and hallmarked.',
    'Chosen and checked by hand, so each differs slightly.',
    'Arrives in a linen pouch, ready to give.',
    'Polished twice for a soft, even shine.',
  ],
  care: ['Polish with a soft, dry cloth.', 'Take off before swimming.', 'Store flat, away from light.'],
};

const object: Texts = {
  details: [
    'Arrives boxed and ready to give.',
    'Checked by hand before it leaves the workshop.',
    'Two-year guarantee on every moving part.',
    'Can be engraved on request.',
  ],
  care: ['Wipe with a soft, dry cloth.', 'Keep away from magnets and damp.', 'Store in its box.'],
};

export const jewellery: Theme = {
  path: 'jewellery',
  skuPrefix: 'JW',
  vendors: [
    'Lumen & Lark',
    'Astrid Vane',
    'Goldsmith Row',
    'Mira Soleil',
    'Ode Jewels',
    'Hallmark & Daughters',
  ],
  lines:
    'Aurora Luna Stella Cassia Delphi Estrella Flora Gaia Halo Ione Juno Kira Lyra Maia Nova Ophelia Petra Rhea Selene Thea Vega Willa Zara Ariel Bianca Celeste Dahlia Elara Freya Greta Helena Inez Jolie Katya Leda Margot Noor Odette Perla Ruby Sol Talia Vesper Wilma Xenia Ysolde Amara Cosima'.split(
      ' ',
    ),
  openings: [
    'A small piece of light for every day.',
    'Made at the bench by one goldsmith, from first sketch to last polish.',
    'Worn alone it whispers; layered it sings.',
    'A keepsake for someone who notices details.',
    'Inspired by night skies over the sea.',
    'Delicate to look at, made to be worn without a second thought.',
  ],
  // prettier-ignore
  kinds: [
    kind(jewel, 'Necklace', 'Necklaces', `${jewelry} > Necklaces`, 'Gold, Pearl, Opal, Moonstone, Silver', [39, 290], 18, chain, 'necklaces, gifts, layering'),
    kind(jewel, 'Pendant', 'Necklaces', `${jewelry} > Charms & Pendants`, 'Garnet, Onyx, Citrine, Jade, Labradorite', [35, 210], 14, metal, 'pendants, birthstone, gifts'),
    kind(jewel, 'Hoop Earrings', 'Earrings', `${jewelry} > Earrings`, 'Gold, Silver, Hammered, Twisted, Enamel', [29, 160], 10, metal, 'earrings, everyday'),
    kind(jewel, 'Stud Earrings', 'Earrings', `${jewelry} > Earrings`, 'Pearl, Topaz, Turquoise, Diamond, Opal', [24, 340], 6, metal, 'earrings, minimal, gifts'),
    kind(jewel, 'Drop Earrings', 'Earrings', `${jewelry} > Earrings`, 'Amethyst, Quartz, Pearl, Agate, Jade', [39, 190], 12, metal, 'earrings, evening'),
    kind(jewel, 'Bangle', 'Bracelets', `${jewelry} > Bracelets`, 'Brass, Gold, Silver, Hammered, Enamel', [34, 180], 32, metal, 'bracelets, stacking'),
    kind(jewel, 'Chain Bracelet', 'Bracelets', `${jewelry} > Bracelets`, 'Gold, Silver, Rope, Curb, Figaro', [39, 220], 16, { name: 'Length', values: ['16 cm', '18 cm', '20 cm'] }, 'bracelets, everyday'),
    kind(jewel, 'Beaded Bracelet', 'Bracelets', `${jewelry} > Bracelets`, 'Lava, Jasper, Onyx, Turquoise, Howlite', [19, 65], 22, { name: 'Color', values: ['Black', 'Blue', 'Green', 'Natural'] }, 'bracelets, beads, unisex'),
    kind(jewel, 'Signet Ring', 'Rings', `${jewelry} > Rings`, 'Gold, Silver, Onyx, Engraved, Brushed', [59, 320], 9, ring, 'rings, unisex, engraving'),
    kind(jewel, 'Stacking Ring', 'Rings', `${jewelry} > Rings`, 'Twisted, Gold, Opal, Pavé, Silver', [24, 140], 4, ring, 'rings, stacking'),
    kind(jewel, 'Engagement Ring', 'Rings', `${jewelry} > Rings`, 'Sapphire, Diamond, Emerald, Moissanite, Morganite', [390, 2400], 5, ring, 'rings, bridal'),
    kind(jewel, 'Anklet', 'Anklets', `${jewelry} > Anklets`, 'Shell, Gold, Silver, Beaded, Pearl', [19, 85], 8, metal, 'anklets, summer'),
    kind(jewel, 'Brooch', 'Brooches', `${jewelry} > Brooches & Lapel Pins`, 'Enamel, Pearl, Silver, Vintage, Botanical', [29, 130], 15, metal, 'brooches, vintage'),
    kind(object, 'Watch', 'Watches', `${jewelry} > Watches`, 'Automatic, Quartz, Moonphase, Field, Dress', [120, 690], 75, strap, 'watches, gifts'),
    kind(object, 'Cufflinks', 'Accessories', 'Apparel & Accessories > Clothing Accessories > Cufflinks', 'Silver, Onyx, Knot, Engraved, Mother-of-Pearl', [45, 170], 20, metal, 'cufflinks, men, gifts'),
    kind(object, 'Jewellery Box', 'Storage', `${jewelry} > Jewelry Cleaning & Care`, 'Walnut, Velvet, Leather, Travel, Oak', [39, 150], 640, { name: 'Color', values: ['Black', 'Blush', 'Forest'] }, 'storage, gifts, travel'),
  ],
};
