"""What officers call things finds the category, the country and the supplier they mean."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.country import read_countries
from knowledge.library import CONTENT, open_library
from knowledge.match import Match, Names, company, match_category, nearest_names
from knowledge.places import find_countries, read_places

LIBRARY = open_library()
PLACES = read_places(read_countries(CONTENT / "countries.csv"), CONTENT / "country_words.yaml")
SURE = 80  # from here on the category is taken without asking back

PHRASES = """
nitrilhandskar till vården -> gloves
engångshandskar -> gloves
operationshandskar sterila -> gloves | surgical_instruments
arbetskläder, 4 år -> textiles_workwear
varselkläder till parkförvaltningen -> textiles_workwear
lakan och handdukar -> textiles_workwear
arbetsklader -> textiles_workwear
skyddsskor -> footwear
hjälmar och skyddsglasögon -> ppe
munskydd -> ppe
datorer till skolan -> ict_hardware
bärbara datorer -> ict_hardware
laptops -> ict_hardware
chromebooks åt elever -> ict_hardware
skrivare och kopiatorer -> ict_hardware
bildskärmar -> ict_hardware
ipads -> mobile_phones
surfplattor till förskolan -> mobile_phones
mobiltelefoner -> mobile_phones
iphone -> mobile_phones
nätverksutrustning -> network_equipment
batterier -> batteries
solceller på skoltak -> solar_panels
solpanler -> solar_panels
led-belysning -> lighting
kontorsmöbler -> furniture
stolar och bord till matsalen -> furniture
leksaker -> toys
lekställningar -> playground
pennor och pärmar -> office_supplies
kopieringspapper -> paper
läroböcker -> books_print
profilprodukter med tryck -> promotional
kaffe -> coffee
kaffe och te -> coffee | tea
bryggkaffe till fikarum -> coffee
te -> tea
choklad -> cocoa_chocolate
bananer -> bananas_tropical_fruit
frysta bär -> berries
lingon -> berries
frukt och grönt -> fruit_vegetables
ris -> rice
fisk till skolköket -> fish_shellfish
räkor -> fish_shellfish
lax -> fish_shellfish
nötkött -> meat_beef_pork
kyckling -> poultry
mjölk och ägg -> dairy_eggs
gatsten -> natural_stone
kantsten i granit -> natural_stone
byggmaterial -> building_materials
betong -> cement_steel
virke -> timber
golv i sporthall -> flooring
målarfärg -> paints
diskmedel -> cleaning_products
städ av skolor -> cleaning_services
lokalvård -> cleaning_services
lokalvard -> cleaning_services
städtjänster i kommunens lokaler -> cleaning_services
fönsterputs -> cleaning_services
väktare -> security
bevakning av stadshuset -> security
skolskjuts -> taxi_passenger
färdtjänst -> taxi_passenger
taxi -> taxi_passenger
budtransporter -> freight
godstransporter -> freight
sophämtning -> waste
skolmat -> catering
lunchcatering -> catering
tvätt av arbetskläder -> laundry
tvätteri -> laundry
hemtjänst -> care_staffing
bemanning sjuksköterskor -> care_staffing
kontorsflytt -> moving
bygga en ny förskola -> construction
ombyggnad av skola -> construction
renovering av badhus -> construction
asfaltering -> road_works
vägarbete -> road_works
snöröjning -> green_services
parkskötsel -> green_services
biltvätt -> vehicle_workshop
it-drift -> it_services
molntjänster -> it_services
sjukhussängar -> medical_devices | furniture
sprutor -> medical_consumables
förband -> medical_consumables
saxar och pincetter -> surgical_instruments
läkemedel -> pharmaceuticals
personbilar -> vehicles
elbilar -> vehicles
däck -> tyres
fotbollar -> sports_equipment
blommor -> flowers
blöjor -> hygiene_products
toalettpapper -> hygiene_products | paper
diskmaskin -> appliances
kylskåp -> appliances
plastpåsar -> plastics
school lunches -> catering
office furniture -> furniture
cleaning of schools -> cleaning_services
work clothes -> textiles_workwear
disposable gloves for hospital -> gloves
paving stone -> natural_stone
security guards -> security
nitrilhansdkar -> gloves
lokalvrd -> cleaning_services
choklda -> cocoa_chocolate
kontorsmöblr -> furniture
laptopps -> ict_hardware
mobiltelfoner -> mobile_phones
skyddskor -> footwear
kafe -> coffee | catering
vi ska upphandla städning av våra förskolor, ca 5 miljoner -> cleaning_services
ramavtal på arbetskläder till hemtjänsten -> textiles_workwear
behöver 200 nya elevdatorer -> ict_hardware
upphandling av ekologiskt kaffe -> coffee
leverans av gatsten till torget -> natural_stone
"""
ROWS = [tuple(line.split(" -> ")) for line in PHRASES.strip().splitlines()]
BOUGHT = [line.split(" -> ") for line in (Path(__file__).parent / "purchases.txt").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("words", "ids"), ROWS)
def test_the_category_that_the_words_mean_comes_first(words, ids):
    found = match_category(words, LIBRARY.bought)

    assert found[0].id in ids.split(" | ")


def test_what_municipalities_buy_finds_its_category():
    wrong = [f"{words} -> {said.id}" for words, ids in BOUGHT if (said := _first(words)).id not in ids.split(" | ")]

    assert len(wrong) <= 0.03 * len(BOUGHT), wrong


def _first(words: str) -> Match:
    return next(iter(match_category(words, LIBRARY.bought)), Match("nothing", 0.0))


def test_nine_of_ten_phrases_need_no_question_back():
    sure = [words for words, _ in ROWS if match_category(words, LIBRARY.bought)[0].score >= SURE]

    assert len(sure) >= 0.9 * len(ROWS)


@pytest.mark.parametrize("words", ["ubåt", "stridsvagn", "vet inte", "hej", "avtal", "teaterbiljetter", "", "4 år"])
def test_what_no_category_covers_is_not_taken_for_one(words):
    found = match_category(words, LIBRARY.bought)

    assert not found or found[0].score < SURE


def test_the_thing_counts_more_than_the_place_it_is_for():
    first, second = match_category("nitrilhandskar till vården", LIBRARY.bought)[:2]

    assert first.id == "gloves"
    assert first.score > second.score + 20


def test_a_cpv_code_names_its_category():
    assert match_category("18424300", LIBRARY.bought)[0].id == "gloves"


def test_words_for_one_category_add_up():
    names = Names({"it": ["datorer", "skärmar"], "furniture": ["skrivbord"]})

    both = names.nearest("datorer och skärmar")

    assert both[0].id == "it"
    assert both[0].score > names.nearest("datorer och stolar")[0].score


@pytest.mark.parametrize("words", ["konst", "konsulttjänster", "hyra av utrustning"])
def test_a_word_for_many_things_names_none_of_them(words):
    assert match_category(words, LIBRARY.bought)[0].score < SURE


def test_a_compound_is_what_both_its_parts_belong_to():
    names = Names({"coffee": ["espresso", "hela bönor"], "vegetables": ["gröna bönor"]})

    assert names.nearest("espressobönor")[0].id == "coffee"


@given(st.text(max_size=300))
def test_any_words_are_matched_without_a_fault(words):
    for match in match_category(words, LIBRARY.bought):
        assert 0 <= match.score <= 100


COUNTRIES = """
arbetskläder från Bangladesh -> BGD -> arbetskläder
kaffe från Brasilien och Colombia -> BRA COL -> kaffe
kinesiska solpaneler -> CHN -> solpaneler
gatsten från Indien, Kina -> IND CHN -> gatsten
Turkey and China -> TUR CHN ->
BGD, CHN -> BGD CHN ->
usa -> USA ->
UK -> GBR ->
Elfenbenskusten -> CIV ->
cote d'ivoire -> CIV ->
Ivory Coast -> CIV ->
Kongo -> COD ->
Kongo-Brazzaville -> COG ->
demokratiska republiken kongo -> COD ->
Holland -> NLD ->
Burma -> MMR ->
Sydkorea -> KOR ->
south korea -> KOR ->
Nordmakedonien -> MKD ->
Kosovo -> XKX ->
saudi arabien -> SAU ->
Trinidad och Tobago -> TTO ->
osterrike -> AUT ->
MOÇAMBIQUE -> MOZ ->
Kinas fabriker -> CHN -> fabriker
svenskt kött -> SWE -> kött
handskar från malaysia till vården -> MYS -> handskar till vården
mali -> MLI ->
oman, chile -> OMN CHL ->
Bangladech -> BGD ->
Pakisten -> PAK ->
indonesein -> IDN ->
vietnamn -> VNM ->
fillipinerna -> PHL ->
storbritanien -> GBR ->
tysklnad -> DEU ->
skjortor från Dhaka -> BGD -> skjortor
kirurgiska saxar från Sialkot -> PAK -> kirurgiska saxar
Tamil Nadu och Almería -> IND ESP ->
Ho Chi Minh City -> VNM ->
Guangdong -> CHN ->
städ av skolor i Örebro -> -> städ av skolor i Örebro
vet inte -> -> vet inte
"""


@pytest.mark.parametrize("row", COUNTRIES.strip().splitlines())
def test_countries_are_found_in_both_languages_and_taken_out_of_the_words(row):
    words, codes, left = (part.strip() for part in f"{row} ".split("->"))

    assert find_countries(words, PLACES) == (tuple(codes.split()), left)


@pytest.mark.parametrize(
    "words",
    [
        "chili och pollen",
        "bensin, diesel och sedan",
        "benen på stolen",
        "jorden runt",
        "turkey meat",
        "tröjor i jersey",
        "samma krav som sådana",
        "skriv inget om mål i chatten",
        "child care",
        "green tea",
        "isle of",
        "to go",
    ],
)
def test_ordinary_words_are_no_countries(words):
    assert find_countries(words, PLACES) == ((), words)


def test_every_country_is_found_by_its_own_name():
    for code, country in LIBRARY.countries.items():
        assert find_countries(country.name.sv, PLACES)[0] == (code,)
        assert find_countries(country.name.en, PLACES)[0] == (code,)


@given(st.text(max_size=300))
def test_any_words_are_searched_for_countries_without_a_fault(words):
    codes, left = find_countries(words, PLACES)

    assert set(codes) <= LIBRARY.countries.keys()
    assert isinstance(left, str)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nordkaffe AB", "nordkaffe"),
        ("Städ & Miljö i Norr AB", "STÄD MILJÖ I NORR"),
        ("Norsk Tekstil A/S", "Norsk Tekstil AS"),
        ("Lokalvård Öst HB", "lokalvard ost"),
        ("Acme Ltd.", "Acme Limited"),
    ],
)
def test_company_forms_and_spelling_of_letters_do_not_make_another_company(one, other):
    assert company(one) == company(other) != ""
    assert nearest_names(other, {1: one}) == [1]


@pytest.mark.parametrize(("one", "other"), [("Bygg 1 AB", "Bygg 2 AB"), ("Alfa AB", "Alva AB"), ("", ""), ("AB", "HB")])
def test_names_that_differ_are_not_the_same_company(one, other):
    assert company(one) != company(other) or not nearest_names(one, {1: other})


SUPPLIERS = {1: "Nordkaffe AB", 2: "Nordtextil AB", 3: "Lindqvist Städ HB", 4: "Bygg 1 AB", 5: "Bygg 2 AB"}


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("Nordkafe", [1]),
        ("nordkaffe ab", [1]),
        ("nord kaffe", [1]),
        ("Lindkvist Stad", [3]),
        ("nordk", [1]),
        ("bygg 1", [4]),
        ("Tvätteriet i Ölmbrotorp", []),
        ("", []),
    ],
)
def test_a_supplier_is_found_by_a_misspelt_name(said, ids):
    assert nearest_names(said, SUPPLIERS) == ids
