import { kind, type Texts, type Theme } from './theme.ts';

const sizes = { name: 'Size', values: ['XS', 'S', 'M', 'L', 'XL'] };
const colours = { name: 'Color', values: ['Black', 'Navy', 'Olive', 'Ecru', 'Rust'] };
const shoe = { name: 'Size', values: ['37', '38', '39', '40', '41', '42', '43'] };
const clothing = 'Apparel & Accessories > Clothing';

const clothes: Texts = {
  details: [
    'Flat seams, natural buttons, a slightly longer back.',
    'Two deep pockets and a reinforced hem.',
    'Garment-dyed in small batches, so no two are quite alike.',
    'Finished with a tonal label and double topstitching.',
    'Relaxed through the body; take your usual size.',
  ],
  care: ['Machine wash cold, dry flat.', 'Wash at 30 °C with like colours.', 'Cool iron, no tumble dryer.'],
};

const accessories: Texts = {
  details: [
    'One size, made to soften with wear.',
    'Finished by hand and checked twice.',
    'Small enough to pack, good enough to give.',
    'Made from the end of our fabric rolls.',
  ],
  care: ['Spot clean only.', 'Hand wash cold.', 'Air it, rarely wash it.'],
};

const shoes: Texts = {
  details: [
    'Resoleable, with a cushioned insole.',
    'Runs true to size; half sizes take the next one up.',
    'Stitched, not glued, on a natural rubber sole.',
    'Comes with a spare pair of laces.',
  ],
  care: [
    'Brush and air after wearing.',
    'Treat with wax before the first rain.',
    'Wipe clean with a damp cloth.',
  ],
};

export const apparel: Theme = {
  path: 'apparel',
  skuPrefix: 'AP',
  vendors: [
    'Northfold',
    'Maren & Co',
    'Studio Halle',
    'Tidewater',
    'Alder Supply',
    'Petit Atelier',
    'Kestrel',
  ],
  lines:
    'Harbour Alder Juniper Marlow Ashby Rowan Linden Thorne Wren Calder Isla Fenwick Hollis Brae Orla Sutton Quill Selby Tamsin Vale Willow Yarrow Arden Birch Cove Dover Ember Faro Glen Hale Iris Jura Keel Lark Mira Nell Otto Piper Rue Skye Tully Una Voss Wilde Zuri Bram Cleo Elm'.split(
      ' ',
    ),
  openings: [
    'Cut with room to move and made to be worn for years.',
    'An easy everyday piece that looks better with every wash.',
    'Designed in our small studio, sewn by a family-run workshop in Portugal.',
    'The one you reach for when the weather cannot decide.',
    'A quiet classic: clean lines, honest cloth, nothing extra.',
    'Soft from the first day and sturdy enough for the tenth season.',
  ],
  // prettier-ignore
  kinds: [
    kind(clothes, 'Shirt', 'Shirts', `${clothing} > Shirts & Tops`, 'Linen, Cotton, Flannel, Oxford, Chambray', [39, 95], 240, sizes, 'shirt, tops, everyday'),
    kind(clothes, 'T-Shirt', 'T-Shirts', `${clothing} > Shirts & Tops`, 'Cotton, Hemp, Merino, Slub, Organic', [19, 45], 170, sizes, 'tee, basics, everyday'),
    kind(clothes, 'Jumper', 'Knitwear', `${clothing} > Shirts & Tops`, 'Lambswool, Merino, Cashmere, Alpaca, Cable', [69, 190], 420, sizes, 'knitwear, winter, wool'),
    kind(clothes, 'Cardigan', 'Knitwear', `${clothing} > Shirts & Tops`, 'Lambswool, Ribbed, Mohair, Cotton, Shetland', [75, 180], 460, sizes, 'knitwear, layers'),
    kind(clothes, 'Jacket', 'Outerwear', `${clothing} > Outerwear`, 'Waxed, Denim, Quilted, Corduroy, Canvas', [110, 290], 900, sizes, 'outerwear, autumn, jackets'),
    kind(clothes, 'Overcoat', 'Outerwear', `${clothing} > Outerwear`, 'Wool, Tweed, Herringbone, Camel, Bouclé', [190, 420], 1400, sizes, 'outerwear, winter, coats'),
    kind(clothes, 'Chinos', 'Trousers', `${clothing} > Pants`, 'Cotton, Twill, Stretch, Linen, Brushed', [59, 120], 480, sizes, 'trousers, workwear'),
    kind(clothes, 'Jeans', 'Denim', `${clothing} > Pants`, 'Selvedge, Raw, Washed, Stretch, Recycled', [79, 160], 620, sizes, 'denim, trousers'),
    kind(clothes, 'Midi Dress', 'Dresses', `${clothing} > Dresses`, 'Linen, Viscose, Silk, Jersey, Seersucker', [79, 210], 330, sizes, 'dresses, summer, women'),
    kind(clothes, 'Pleated Skirt', 'Skirts', `${clothing} > Skirts`, 'Wool, Satin, Cotton, Tartan, Crepe', [55, 140], 300, sizes, 'skirts, women'),
    kind(accessories, 'Beanie', 'Accessories', 'Apparel & Accessories > Clothing Accessories > Hats', 'Merino, Ribbed, Fisherman, Cashmere, Recycled', [19, 55], 90, colours, 'accessories, winter, hats'),
    kind(accessories, 'Scarf', 'Accessories', 'Apparel & Accessories > Clothing Accessories > Scarves & Shawls', 'Lambswool, Silk, Linen, Checked, Cashmere', [29, 120], 160, colours, 'accessories, winter'),
    kind(accessories, 'Tote Bag', 'Bags', 'Apparel & Accessories > Handbags, Wallets & Cases', 'Canvas, Leather, Hemp, Waxed, Jute', [25, 140], 380, colours, 'bags, everyday, carry'),
    kind(shoes, 'Ankle Boots', 'Shoes', 'Apparel & Accessories > Shoes', 'Suede, Leather, Chelsea, Lace-Up, Nubuck', [120, 260], 1200, shoe, 'shoes, autumn, leather'),
    kind(shoes, 'Trainers', 'Shoes', 'Apparel & Accessories > Shoes', 'Canvas, Leather, Knit, Suede, Retro', [69, 150], 800, shoe, 'shoes, everyday'),
    kind(clothes, 'Rain Parka', 'Outerwear', `${clothing} > Outerwear`, 'Waterproof, Recycled, Packable, Lined, Waxed', [130, 280], 780, sizes, 'outerwear, rain, travel'),
  ],
};
