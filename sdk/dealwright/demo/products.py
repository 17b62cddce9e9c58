"""What the made-up seller sells: sixty products in six families."""

from collections.abc import Iterator

from attrs import frozen

from dealwright_core.values import Price

# Name, unit, list price in US dollars, smallest lot, and how many lots the largest customers take at most.
# Where a price is finer than a cent, the lot makes any quantity of it a whole number of cents.
PRODUCTS = """
Diagnostics DX
Influenza A/B rapid test|box of 25|118.50|5|60
Strep A rapid test|box of 25|64.20|5|60
Respiratory panel cartridge|box of 10|412.00|2|40
Troponin I test|box of 20|286.00|2|40
HbA1c reagent|kit|139.90|2|50
Glucose test strip|strip|0.3125|1000|40
Urinalysis strip|strip|0.1875|1000|40
Blood gas cartridge|box of 25|534.00|1|40
Coagulation analyser|piece|18450.00|1|2
Clinical chemistry analyser|piece|46200.00|1|2
Consumables CO
Nitrile glove|piece|0.0675|10000|30
Surgical mask type IIR|piece|0.0825|10000|25
FFP2 respirator|piece|0.4450|1000|30
Syringe 5 ml|piece|0.0925|10000|20
Hypodermic needle 21G|piece|0.0375|10000|25
Intravenous cannula 20G|piece|0.7850|1000|25
Gauze swab 10 x 10 cm|piece|0.0425|10000|20
Infusion set|piece|1.1400|500|30
Urinary catheter|piece|2.3600|200|40
Sterile drape set|set|8.75|50|40
Imaging IM
Handheld ultrasound probe|piece|3890.00|1|6
Portable ultrasound system|piece|34500.00|1|3
Cart-based ultrasound system|piece|78900.00|1|2
Mobile X-ray unit|piece|92400.00|1|2
Digital X-ray room|piece|168000.00|1|1
Flat panel detector|piece|41750.00|1|2
Dental X-ray sensor|piece|5280.00|1|4
Mobile C-arm|piece|124500.00|1|1
Bone densitometer|piece|57300.00|1|1
Ultrasound gel|bottle|3.85|100|20
Surgical instruments SI
Scalpel handle no. 3|piece|11.40|10|40
Scalpel blade no. 10|piece|0.2175|1000|30
Needle holder 16 cm|piece|42.30|5|30
Haemostatic forceps 14 cm|piece|28.60|5|40
Metzenbaum scissors|piece|54.90|5|25
Retractor set|set|386.00|1|15
Laparoscopic trocar|piece|61.75|10|30
Laparoscopy tower|piece|63800.00|1|1
Electrosurgical generator|piece|12950.00|1|4
Basic surgery tray|set|745.00|1|20
Monitoring MO
Bedside patient monitor|piece|2480.00|1|20
Central monitoring station|piece|17600.00|1|3
Telemetry transmitter|piece|1320.00|1|20
Fingertip pulse oximeter|piece|48.50|10|30
Blood pressure monitor|piece|186.00|2|40
12-lead ECG recorder|piece|3150.00|1|8
Holter recorder|piece|1740.00|1|10
ECG electrode|piece|0.1450|1000|40
Infusion pump|piece|1985.00|1|20
Foetal monitor|piece|5640.00|1|6
Disinfection DI
Hand sanitiser 500 ml|bottle|4.15|50|60
Surface wipe|wipe|0.0525|10000|25
Instrument detergent 5 l|canister|38.40|5|60
Peracetic acid 5 l|canister|57.25|5|50
Autoclave 23 l|piece|4870.00|1|5
Washer-disinfector|piece|21300.00|1|2
UV-C room disinfector|piece|14750.00|1|3
Endoscope reprocessor|piece|28900.00|1|2
Sterilisation pouch|piece|0.1225|1000|50
Biological indicator|box of 50|96.00|2|50
"""


@frozen(eq=False)
class Product:
    """A product: its list price, its smallest lot, and how many lots are usual at most."""

    ref: str
    name: str
    family: str
    unit: str
    list_price: Price
    lot: int
    lots: int


def products() -> tuple[Product, ...]:
    """Every product, family by family."""
    found: list[Product] = []
    family, prefix, number = "", "", 0
    for line in filter(None, PRODUCTS.split("\n")):
        if "|" not in line:
            family, prefix = line.rsplit(" ", 1)
            number = 100
            continue
        number += 10
        name, unit, price, lot, lots = line.split("|")
        found.append(
            Product(f"{prefix}-{number}", name, family, unit, Price.parse(price, "USD"), int(lot), int(lots))
        )
    return tuple(found)


PRODUCT_COLUMNS = ("sku", "product_name", "family", "unit", "list_price_usd")


def product_rows(all_products: tuple[Product, ...]) -> Iterator[tuple[str, ...]]:
    """Rows of `PRODUCT_COLUMNS`."""
    for each in all_products:
        yield each.ref, each.name, each.family, each.unit, price_text(each.list_price)


def price_text(price: Price) -> str:
    """The price with two digits after the point, or as many as it needs."""
    return str(price).partition(" ")[0]
