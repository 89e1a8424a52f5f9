"""Questions find their topic however they are typed, and what Duly does not know is not answered."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.library import CONTENT, open_library
from knowledge.load import ContentError
from knowledge.search import FLOOR, Index
from knowledge.synonyms import read_synonyms
from knowledge.text import LANGUAGES
from knowledge.topic import read_topic
from knowledge.words import Vocabulary, bare, fold, stem, tokens

LIBRARY = open_library()
INDEX = LIBRARY.index

PLAIN = """
hur gör vi en behövlighetsbedömning -> labour-terms-need-assessment
kan vi kräva levnadslön i fabriken -> living-wage
vilka ilo-konventioner ska stå med -> ilo-core-conventions
hur blir vår kommun fairtrade city -> fairtrade-city
vad betyder socialt ansvarsfull upphandling -> what-is-srpp
finns kobolt från konfliktområden i våra datorer -> conflict-minerals
måste man skriva eller likvärdigt efter märkningen -> label-or-equivalent label-requirement
är bsci en certifiering -> third-party-certification
mall för självskattning till leverantörer -> self-assessment-form
leverantören vägrar platsbesök -> audits-inspections
kan vi följa upp tillsammans med regionen -> joint-monitoring-cooperation
hur högt vite får vi ta ut -> contract-sanctions
kan vi häva avtalet vid tvångsarbete -> contract-termination
reservera upphandling för sociala företag -> reserved-contracts
can we require a living wage -> living-wage
what is forced labour -> forced-labour-modern-slavery
can we exclude a supplier -> exclusion-grounds
"""
TYPED_FAST = """
behovlighetsbedomning hur gor man -> labour-terms-need-assessment
far vi krava kollektivavtal -> labour-terms-beyond-minimum
tvangsarbete i leverantorskedjan -> forced-labour-modern-slavery supply-chain-risk-analysis
levernatör skickade inte in självskatning -> self-assessment-form
underleverntörer villkor -> subcontractor-terms
uppforandekod brott mot -> code-of-conduct
uteslutningsgrnder -> exclusion-grounds
wat are resrved contracts -> reserved-contracts
själv skattning från leverantör -> self-assessment-form
uppförande kod -> code-of-conduct
levnads lön -> living-wage
upph av ue -> subcontractor-terms
oal hur agerar vi -> abnormally-low-tender
"""
NEIGHBOURS = """
kan vi heve kontrakten når leverandøren bryter vilkårene -> contract-termination
må vi kræve lærlinge på byggepladsen -> employment-requirements
hvordan følger vi opp lønns- og arbeidsvilkår -> labour-terms-follow-up labour-terms-levels
barnearbeid i leverandørkjeden -> supply-chain-risk-analysis ilo-core-conventions forced-labour-modern-slavery
etiske retningslinjer for leverandører -> code-of-conduct
krav om økologiske fødevarer -> organic-food
gjenbruk av kontormøbler -> circular-reuse
"""
COMMON = """
får vi kräva fairtrade? -> fairtrade-requirement
May we require Fairtrade? -> fairtrade-requirement
självskattning från leverantör -> self-assessment-form
LOU 17:4 -> ilo-core-conventions labour-terms-mandatory
17:5 -> labour-terms-clause-wording labour-terms-mandatory labour-terms-levels
9:14 -> label-or-equivalent
iso 14001 -> management-system-requirement
kan vi kräva kollektivavtal -> labour-terms-beyond-minimum
får vi kräva svenskt kött -> local-origin-food
måste alla avtal följas upp enligt lag? -> follow-up-planning
levnadslön -> living-wage
svanen -> label-requirement
skolmat -> sector-food-coffee
eller likvärdig -> label-or-equivalent
sekretess -> tender-secrecy-chat
arbetskläder -> sector-textiles
id06 -> labour-crime-control
Kan vi ta ut vite nu? -> contract-sanctions
vilka områden ska vi börja med? -> risk-based-prioritisation
kan vi häva -> contract-termination
"""
OUT_OF_SCOPE = """
kommer det regna i morgon -> oos-far-weather
jag har glömt mitt lösenord -> oos-far-it-support
när får jag lön -> oos-far-hr-payroll
när hämtas mina sopor -> oos-far-citizen-services
hur lång är avtalsspärren -> oos-appeals-standstill
kan förlorande anbudsgivare begära överprövning -> oos-appeals-standstill
måste leverantören ta emot e-faktura -> oos-e-invoicing
är det statsstöd att ge bidrag till ett företag -> oos-state-aid
kreditvärdighet för anbudsgivare -> oos-qualification-evidence
vad gör vi när takvolymen i ramavtalet är slut -> oos-framework-calloff-technique
how do I reset my password -> oos-far-it-support
"""


def rows(table: str) -> list[tuple[str, set[str]]]:
    pairs = [line.split(" -> ") for line in table.strip().splitlines()]
    return [(question, set(slugs.split())) for question, slugs in pairs]


@pytest.mark.parametrize(("question", "slugs"), rows(PLAIN) + rows(COMMON))
def test_a_plain_question_finds_its_topic_first(question, slugs):
    found = INDEX.ask(question)

    assert found.in_scope
    assert found.hits[0].topic in slugs


@pytest.mark.parametrize(("question", "slugs"), rows(TYPED_FAST))
def test_slips_missing_dots_split_words_and_short_forms_are_understood(question, slugs):
    assert slugs & {hit.topic for hit in INDEX.ask(question).hits}


@pytest.mark.parametrize(("question", "slugs"), rows(NEIGHBOURS))
def test_norwegian_and_danish_are_understood(question, slugs):
    assert slugs & {hit.topic for hit in INDEX.ask(question).hits}


@pytest.mark.parametrize(("question", "slugs"), rows(OUT_OF_SCOPE))
def test_what_others_answer_is_recognised(question, slugs):
    found = INDEX.ask(question)

    assert not found.in_scope
    assert found.hits[0].topic in slugs


@pytest.mark.parametrize("question", ["får vi köpa en ubåt", "vem vann matchen i går", "vad heter du", "hej", "", "?!"])
def test_below_the_floor_there_is_no_answer(question):
    found = INDEX.ask(question)

    assert found.hits == ()
    assert not found.in_scope


def test_what_is_not_answered_still_offers_the_nearest():
    assert INDEX.ask("får vi köpa en ubåt").nearest


def test_hits_come_best_first_and_never_more_than_three():
    hits = INDEX.ask("får vi ställa krav på märkning i upphandling av kaffe och följa upp med certifikat").hits

    assert 1 < len(hits) <= 3
    assert hits[0].confidence >= FLOOR
    assert [hit.confidence for hit in hits] == sorted((hit.confidence for hit in hits), reverse=True)


@pytest.mark.parametrize("question", ["LOU 17:2", "17 kap. 2 § LOU", "vad säger 17 kap 2 §?", "ch. 17 s. 2"])
def test_a_paragraph_finds_a_topic_that_rests_on_it(question):
    hits = INDEX.ask(question).hits

    assert any("lou 17:2" in LIBRARY.topics[hit.topic].sources for hit in hits)


def test_a_long_post_with_several_questions_is_answered():
    post = (
        "Hej! Vi är en liten kommun som ska upphandla lokalvård för första gången på länge och har läst på en del. "
        "Det är lite oklart för oss vad som gäller kring kollektivavtal. Måste vi göra en behövlighetsbedömning? "
        "Vem ska i så fall göra den och var ska den sparas? Vi har hört olika från grannkommunerna. Tack på förhand!"
    )

    assert "labour-terms-need-assessment" in {hit.topic for hit in INDEX.ask(post).hits}


def test_a_question_of_several_parts_gets_its_parts_answered():
    found = INDEX.ask("Hur gör man en behövlighetsbedömning? Hur högt vite får vi ta ut om villkoren bryts?")

    assert {found.hits[0].topic, *found.parts} == {"labour-terms-need-assessment", "contract-sanctions"}
    assert set(found.parts) <= {hit.topic for hit in found.hits}


def test_a_question_of_one_part_has_no_other():
    assert INDEX.ask("Hur gör man en behövlighetsbedömning? Tack på förhand!").parts == ()


def test_both_languages_are_searched_whatever_the_person_speaks():
    assert INDEX.ask("can we require a living wage", "sv") == INDEX.ask("can we require a living wage", "en")


def test_every_topic_is_found_by_its_own_title():
    lost = [
        (slug, lang)
        for slug, topic in LIBRARY.topics.items()
        for lang in LANGUAGES
        if slug not in {hit.topic for hit in INDEX.ask(topic.title.of(lang)).nearest}
    ]

    assert lost == []


def test_names_that_lead_to_a_topic_lead_to_one_that_exists():
    about = read_synonyms(CONTENT / "synonyms.yaml").about

    assert about.keys() <= LIBRARY.topics.keys()


def test_a_word_of_our_neighbours_is_no_other_word_of_ours():
    same = read_synonyms(CONTENT / "synonyms.yaml").same[(stem("leverantör"),)]

    assert "leverandör" in same  # as ø is read
    assert "entreprenör" not in same  # rarer, and each question about suppliers would weigh as much


@settings(deadline=None)
@given(st.text(max_size=20_000))
def test_any_text_is_answered_without_a_fault(question):
    for hit in INDEX.ask(question).nearest:
        assert 0 <= hit.confidence <= 1


@pytest.mark.parametrize(
    "question", ["å" * 20_000, "17 kap. 2 § " * 1_600, "får vi kräva svanen?\n" * 950, "\ud800 \x00"]
)
def test_odd_texts_are_answered_without_a_fault(question):
    assert len(INDEX.ask(question).nearest) <= 3


def test_no_topics_know_nothing():
    assert Index({}, CONTENT / "synonyms.yaml").ask("får vi kräva svanen").hits == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("LOU 17 kap. 2-4 §§", ["lou", "§17:2", "§17:3", "§17:4"]),
        ("19 a kap. 2 §", ["§19a:2"]),
        ("LOU ch. 17 s. 2–4", ["lou", "§17:2", "§17:3", "§17:4"]),
        ("ch. 19 a s. 15", ["§19a:15"]),
        ("ISO-14001:2015", ["iso", "iso14001", "2015"]),
        ("iso 45001", ["iso", "iso45001"]),
        ("ID06 och BF9K", ["id", "id06", "och", "bf9k"]),
        ("A\u030angstro\u0308m", ["ångström"]),
        ("KravID 10882:1", ["kravid", "10882"]),
    ],
)
def test_words_paragraphs_and_standards_are_one_token_however_written(text, words):
    assert tokens(text) == words


@pytest.mark.parametrize(
    "forms",
    [
        "krav kravet kraven",
        "upphandling upphandlingar upphandlingarna upphandla upphandlingens",
        "leverantör leverantören leverantörer leverantörernas",
        "lön löner lönen lönerna",
        "märkning märkningen märkt märkta",
        "supplier suppliers",
        "policy policies",
    ],
)
def test_inflections_share_a_stem(forms):
    assert len({stem(form) for form in forms.split()}) == 1


def test_letters_with_dots_are_their_own_but_may_be_typed_without():
    vocabulary = Vocabulary(["städ", "stad"])

    assert vocabulary.known("städ") == ["städ"]
    assert vocabulary.known("stad") == ["stad", "städ"]
    assert bare(fold("LOKALVÅRD")) == "lokalvard"


def test_a_compound_is_split_where_both_parts_are_known():
    assert Vocabulary(["tvång", "arbete"]).parts("tvångsarbete") == ("tvång", "arbet")


def test_a_topic_without_its_translation_is_refused(tmp_path):
    swedish = CONTENT / "topics" / "living-wage.sv.md"
    (tmp_path / swedish.name).write_text(swedish.read_text("utf-8"), "utf-8")

    with pytest.raises(ContentError, match=r"living-wage\.en\.md:1: the translation is missing"):
        read_topic(tmp_path, "living-wage")


def test_a_translation_older_than_its_original_says_so(tmp_path):
    for lang, day in (("sv", "2026-11-22"), ("en", "2026-05-01")):
        front = f"title: T\nasked_as: [q]\nreviewed: {day}\nreview_by: 2027-05-22\nowner: risk-editor"
        (tmp_path / f"x.{lang}.md").write_text(f"---\n{front}\n---\nText.\n", "utf-8")

    topic = read_topic(tmp_path, "x")

    assert topic.behind == ("en",)
    assert topic.reviewed == date(2026, 11, 22)
