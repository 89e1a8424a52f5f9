"""Mistakes that an editor of content may make, each with what is to be said of it."""

TOPIC = "topics/living-wage.sv.md"
BOTH = "topics/living-wage.*.md"  # the same slip in both languages; the Swedish file is the one to mend
FRONT = r"^---\n\n?(?=[^-\n].*\n\n)"  # the end of the front matter
COFFEE = "categories/coffee.yaml"
ILO = "clauses/ilo-basic.yaml"
FAIR = "clauses/label-fairtrade-term.yaml"
ORIGINS = "typical_origins.yaml"
LIMITS = "limits.yaml"
TERMS = "glossary.yaml"
DATES = "dates.yaml"
CRITERIA = "criteria/self-assessment.yaml"
LABELS = "labels.yaml"
DRAFT = "draft.yaml"
GROUPS = "groups.yaml"
PLAN = "plan.yaml"
LADDER = "ladder.yaml"
LETTERS = "letters.yaml"
INSPECTION = "inspection.yaml"

# What is broken: file, pattern, what it becomes, on which line of that the fault stands (0: the first), what is said.
MISTAKES = [
    # ladder
    (LADDER, r"^penalty:", "penalti:", 0, "no rung is called 'penalti'. Did you mean 'penalty'?"),
    (LADDER, r"clauses: \[ilo-basic\]", "clauses: [ilo-basc]", 0, "unknown clause 'ilo-basc'. Did you mean"),
    (LADDER, r"^  look:", "  lok:", 0, "unknown key 'lok'. Did you mean 'look'?"),
    # letters
    (LETTERS, r"^deviation:", "deviaton:", 0, "no letter is called 'deviaton'. Did you mean 'deviation'?"),
    (LETTERS, r"\{what\}", "{waht}", -11, "{what} is missing in sv"),
    # inspection
    (INSPECTION, r"kind: \[office\]", "kind: [offic]", 0, "no kind 'offic'. Choose from: office, site"),
    (INSPECTION, r"kind: \[office\]", "kind: []", 0, "say at which inspections it is asked"),
    (INSPECTION, r"\[uhm-rutinkrav-policy\]", "[]", 0, "name a source, or write own: yes"),
    (INSPECTION, r"\[uhm-rutinkrav-policy\]", "[uhm-rutinkrav-polic]", 0, "unknown source 'uhm-rutinkrav-polic'"),
    # groups
    (GROUPS, r"categories: \[\]", "categories: [tea]", 0, "the category 'tea' stands in 'food' too"),
    (GROUPS, r"categories: \[\]", "categorys: []", 0, "unknown key 'categorys'. Did you mean 'categories'?"),
    # topics
    (BOTH, r"^sources: \[", "sources: [luo 4:1, ", 0, "unknown source 'luo'. Did you"),
    (BOTH, r"^sources: \[", "sources: [lou 4.1, ", 0, "'lou 4.1' names no paragraph"),
    (BOTH, r"^sources: \[(.*)\]", r"sources: [\1,\n  luo]", 1, "unknown source 'luo'. Did you mean"),
    (
        BOTH, r"^related: .*", "related: [proportionalty]", 0,
        "unknown topic 'proportionalty'. Did you mean 'proportionality'?",
    ),
    (BOTH, r"^related: .*", "related: [living-wage]", 0, "a topic is not related to itself"),
    (BOTH, r"^next: .*", "next: [wordin]", 0, "unknown command 'wordin'. Did you mean 'wording'?"),
    (BOTH, r"^clauses: .*", "clauses: [ilo-basc]", 0, "unknown clause 'ilo-basc'. Did you mean 'ilo-basic'?"),
    (BOTH, r"^categories: .*", "categories: [cofee]", 0, "unknown category 'cofee'. Did you mean 'coffee'?"),
    (
        TOPIC, r"^> (.*)", r"> Kaffet ska vara märkt med Fairtrade. \1", 0,
        "the example names a label, so it should say 'eller likvärdig' too",
    ),
    (TOPIC, r"^review_by: .*", "review_by: 2020-01-01", 0, "'review_by' should be"),
    (TOPIC, r"^reviewed: .*", "reviewed: 2026-02-30", 0, "there is no day 2026-02-30"),
    (TOPIC, r"^reviewed: .*", "reviewed: i maj", 0, "'reviewed' should be a date, such as"),
    (TOPIC, r"^related: ", "relatd: ", 0, "unknown key 'relatd'. Did you mean 'related'?"),
    (TOPIC, r"^- ", "- Enligt LOU 1 kap. 4 §. ", 0, "'LOU 1 kap. 4 §' is mentioned but does not stand in 'sources'"),
    (TOPIC, FRONT, "---\n## Kort svar\n", 1, "begin with a short answer"),
    (TOPIC, FRONT, "---\n" + "För långt. " * 40 + "\n", 1, "the short answer has"),
    (TOPIC, r"^## .*", "### Gör så här", 0, "a heading is written '## Heading'"),
    (TOPIC, r"^- .*", "* En punkt", 0, "an item of a list begins with '- '"),
    (TOPIC, r"^(- .*)", r"\1\n  - En till", 1, "a list cannot lie inside a list"),
    (TOPIC, r"^- .*", "\n| a | b |\n", 1, "a table is not shown"),
    (TOPIC, r"^- .*", "- Rad<br>till", 0, "HTML is not shown"),
    (TOPIC, r"^- .*", "- Se [sidan](www.uhm.se)", 0, "a link is written [words]("),
    (TOPIC, r"(^  - .*)", r"\1\n\1?", 1, "'leverantören säger att"),
    (
        "topics/living-wage.en.md", r"^next: .*", "next: [risk]", 0, "'next' should be the same as in the Swedish file",
    ),
    (
        "topics/living-wage.en.md", r"^clauses: .*", "clauses: [ilo-basic]", 0,
        "'clauses' should be the same as in the Swedish file",
    ),
    # clauses
    (ILO, r"^type: .*", "type: special_contract_terms", 0, "'type' is 'special_contract_terms'"),
    (ILO, r"^categories: .*", "categories: [cofee]", 0, "unknown category 'cofee'. Did you mean 'co"),
    (ILO, r"^categories: .*", "categories: []", 0, "'categories' is empty"),
    (ILO, r"^areas: .*", "areas: [child_labor]", 0, "unknown risk area 'child_labor'. Did you mean 'ch"),
    (ILO, r"^legal_basis: .*", "legal_basis: [lou 17 kap]", 0, "'lou 17 kap' names no para"),
    (ILO, r"^text:((?:\n.*)*?)\[antal dagar\]", r"text:\1tio dagar", 0, "0 blanks to fill in"),
    (ILO, r"^  every_months: .*", "  every_months: tolv", 0, "'every_months' should be a whole"),
    (ILO, r"^title:\n(  sv: .*)\n.*", r"title:\n\1", 1, "'en' is missing"),
    (
        FAIR, r"eller likvärdig((?:.|\n)*?)eller en likvärdig", r"\1", 0,
        "'Fairtrade' is named without 'eller likvärdig' (LOU 9:14)",
    ),
    (
        FAIR, r"or an equivalent((?:.|\n)*?)or an equivalent", r"\1", 0,
        "'Fairtrade' is named without 'or equivalent'",
    ),
    (
        ILO, r"gäller över tröskelvärdet", "gäller (LOU 1 kap. 4 §) över tröskelvärdet", 0,
        "'LOU 1 kap. 4 §' is mentioned but stands in neither 'legal_basis' nor 'sources'",
    ),
    # categories and lists
    (COFFEE, r"^follow_up:\n  sv:\n    - .*\n", "follow_up:\n  sv:\n", 0, "'follow_up' needs one line or"),
    (COFFEE, r"^    goods: \[Coffee\]", "    goods: [Cofee]", 0, "unknown good 'Cofee'. Did"),
    (COFFEE, r"^    origins: \[SWE.*", "    origins: [SWE, GER]", 0, "unknown country 'GER'."),
    (COFFEE, r"^    countries: .*", "    countries: [BRA, QQQ]", 0, "unknown country 'QQQ'."),
    (COFFEE, r"^cpv: .*", "cpv: ['15861001']", 0, "unknown CPV code '15861001'. Did you mean"),
    (COFFEE, r"^labels: .*", "labels: [fairtrad]", 0, "unknown label 'fairtrad'. Did you mean 'fairtra"),
    (COFFEE, r"^  - id: final", "  - id: raw", 0, "the tier 'raw' stands twice"),
    (COFFEE, r"^    type: raw_agri", "    type: farm", 0, "'type' is 'farm'; choose one of: raw_agri"),
    (
        COFFEE, r"^    origin_basis: source\n.*", "    origin_basis: source", 0, "'origin_source' is missing",
    ),
    (COFFEE, r"^    origin_source: .*", "    origin_source: dfo", 0, "unknown source 'd"),
    (COFFEE, r"^    typical: \[coffee\]", "    typical: [cofee]", 0, "unknown typical origin 'cofee'. Did"),
    (ORIGINS, r"^  countries: \[COD\]", "  countries: [CDO]", 0, "unknown country 'CDO'."),
    (ORIGINS, r"^  goods: \[Gold\]", "  goods: [Golf]", 0, "unknown good 'Golf'. Did you mean 'Gol"),
    (ORIGINS, r"^  countries: .*", "  countries: []", 0, "'countries' is missing"),
    (ORIGINS, r"^  basis: assumption", "  basis: guess", 0, "'basis' is 'guess'; choose one of: statistics, source"),
    (ORIGINS, r"^  source: .*", "  source: bgs", 0, "unknown source 'bgs'"),
    (ORIGINS, r"^(  basis: statistics\n)  source: .*\n", r"\1", 0, "'source' is missing: name what the statistics"),
    (ORIGINS, r"^(  basis: statistics\n  source: .*\n)  year: .*\n", r"\1", 0, "'year' is missing: say of which"),
    (ORIGINS, r"^  basis: statistics", "  basis: assumption", 0, "an assumption has no source"),
    (COFFEE, r"^    area: wages", "    area: wage", 0, "unknown risk area 'wage'. Did you mean"),
    (
        COFFEE, r"^    area: wages((?:\n.*){2})\n", r"    area: animal_welfare\1\n", 3,
        "'animal_welfare' does not arise",
    ),
    (COFFEE, r"^  - tier: raw", "  - tier: service", 0, "no tier 'service' here."),
    (COFFEE, r"^    source: .*", "    source: dfo-matt", 0, "unknown source 'dfo-matt'. Did you"),
    ("labels.yaml", r"^  covers: .*", "  covers: [wage]", 0, "unknown risk area 'wage'"),
    ("countries.csv", r"^AFG,.*", "AFG,AF", 0, "2 columns where the head has"),
    ("goods.csv", r"^Amber,bärnsten,UKR", "Amber,bärnsten,UKA", 0, "unknown country 'UKA'."),
    ("uflpa.csv", r"Garments", "Germents", 0, "unknown good 'Germents'. Did you mean"),
    ("country_words.yaml", r"^  AFG:", "  AFX:", 0, "no country has the code 'AFX'"),
    ("sources/topics-a.yaml", r"^  checked: .*", "  checked: igår", 0, "'checked' should be a date"),
    # days from which acts apply
    (DATES, r"^    - from: 2026-12-30", "    - from: 2027-12-30", -1, "the days should stand in order"),
    (DATES, r"^    - from: 2026-12-30", "    - from: 2026-12-32", 0, "there is no day 2026-12-32"),
    (DATES, r"^  sources: .*", "  sources: [eurd]", 0, "unknown source 'eurd'. Did you mean 'eudr'?"),
    (DATES, r"^  sources: .*\n", "", -16, "'sources' is empty: name where the day was read"),
    (DATES, r"^  unverified:\n.*\n.*\n", "", -12, "'unverified' is missing"),
    (DATES, r"^  topic: .*", "  topic: living-wages", 0, "unknown topic 'living-wages'. Did you mean 'living-wage'?"),
    (DATES, r"^  review_by: .*", "  review_by: 2026-01-01", 0, "'review_by' should be after 'reviewed'"),
    (DATES, r"^  owner: .*", "  owner: risk-editr", 0, "unknown role 'risk-editr'. Did you mean 'risk-editor'?"),
    # forms
    (CRITERIA, r"^owner: .*", "owner: knowledge-editr", 0, "unknown role 'knowledge-editr'. Did you mean"),
    (CRITERIA, r"^    routine: policy", "    routine: polici", 0, "no routine 'polici' here. Did you mean 'policy'?"),
    (CRITERIA, r"^    sources: \[uhm-rutinkrav-policy\]", "    sources: [uhm-rutinkrav]", 0, "unknown source"),
    (CRITERIA, r"found_by: all_yes", "found_by: all_yess", 0, "no rule is called 'all_yess'. Did you mean 'all_yes'?"),
    (CRITERIA, r"^    value: 28", "    value: 0", -2, "the number 'due_days' is missing, or not above zero"),
    (CRITERIA, r"^  common:", "  comon:", -25, "the list 'common' is missing"),
    (CRITERIA, r"^    weak:", "    week:", -13, "'weak' is missing"),
    (CRITERIA, r"^review_by: .*", "review_by: 2026-01-01", 0, "'review_by' should be after 'reviewed'"),
    # labels
    (LABELS, r"^  kind: .*", "  kind: label", 0, "'kind' is 'label'; choose one of: product_label"),
    (LABELS, r"^  sources: .*", "  sources: [label-fairtrad]", 0, "unknown source 'label-fairtrad'. Did you mean"),
    (LABELS, r"^  sources: .*\n", "", -15, "'sources' is empty: name what was read, or list 'proves'"),
    (LABELS, r"^  unverified: .*", "  unverified: [verify, lasts, last]", 0, "'last' cannot be unverified."),
    (LABELS, r"^  unverified: .*", "  unverified: [lasts]", -14, "write 'verify', or list it under 'unverified'"),
    (LABELS, r"^(  unverified: .*)", r"  lasts:\n    sv: Ett år.\n    en: One year.\n\1", 0, "'lasts' is stated but"),
    (LABELS, r"^(  unverified: )\[", r"\1[covers, ", -10, "'covers' is stated but listed under 'unverified'"),
    (LABELS, r"^  review_by: .*", "  review_by: 2026-01-01", 0, "'review_by' should be after 'reviewed'"),
    (LABELS, r"^    sv: Kriterierna", "    sv: Se LOU 16 kap. 2 §. Kriterierna", -1, "'LOU 16 kap. 2 §' is mentioned"),
    # the glossary
    (TERMS, r"^    sv: När en ", "    sv: Enligt LOU 16 kap. 2 §. När en ", 0, "'LOU 16 kap. 2 §' is mentioned"),
    (TERMS, r"^  sources: .*", "  sources: [luo 4:1]", 0, "unknown source 'luo'. Did you mean"),
    (TERMS, r"^  sources: .*", "  topic: living-wages", 0, "unknown topic 'living-wages'. Did you mean 'living-wage'?"),
    (TERMS, r"^  short: \[LOV\]", "  short: [LOV, LOU]", 0, "'LOU' means both 'lou' and 'lov'"),
    (TERMS, r"^  short: \[UM\]", "  shorts: [UM]", 0, "unknown key 'shorts'. Did you mean 'short'?"),
    (TERMS, r"^(    sv: När en .*)\n.*", r"\1", 0, "'en' is missing"),
    (TERMS, r"^    sv: När en ", "    sv: " + "För långt. " * 27, 0, "the meaning has"),
    # amounts and reminders
    (
        LIMITS, r"^  from: 2026-01-01", "  from: 2025-06-01", 0,
        "'threshold-goods-services-state' from 2025-06-01 begins before the period from 2024-01-01 has ended",
    ),
    (LIMITS, r"^  to: 2025-12-31", "  to: 2023-12-31", -1, "'to' lies before 'from'"),
    (LIMITS, r"^  currency: .*", "  currency: NOK", 0, "'currency' is 'NOK'; choose one of: SEK, EUR"),
    (LIMITS, r"^  source: .*", "  source: uhm", 0, "unknown source 'uhm'."),
    (LIMITS, r"^  amount: .*", "  amount: mycket", 0, "not readable: could not convert"),
    ("reminders.yaml", r"^before_days: .*", "before_days: [30, -1]", 0, "'before_days' should"),
    ("reminders.yaml", r"^team_digest_day: .*", "team_digest_day: 8", 0, "'team_digest_day' should"),
    ("reminders.yaml", r"^late_every_days: .*", "late_every_days: 0", 0, "'late_every_days' should be 1"),
    # talks
    (
        "flows/risk.yaml", r"^      has_goods: .*", '      value: "small"', 0,
        "'ask_if' names 'value', which is no question",
    ),
    (
        "flows/risk.yaml", r"^      has_goods: .*", '      has_good: "yes"', 0,
        "'ask_if' names 'has_good', which is no question before this one and no fact. Did you mean 'has_goods'?",
    ),
    ("flows/need.yaml", r"^      threshold: above", "      threshold: over", 0, "'threshold'"),
    ("flows/risk.yaml", r"^      - id: goods", "      - id: some goods", 0, "the id 'some goods' sho"),
    (
        "flows/risk.yaml", r"^  - id: type", "  - id: " + "t" * 60, 0,
        "the ids '" + "t" * 60 + "' and 'services' are too long",
    ),
    (
        "flows/risk.yaml", r"^      - id: works((?:\n.*){4})\n.*", r"      - id: works\1\n          sv: [Varor]", 0,
        "'varor' means both 'goods' and 'works'",
    ),
    ("commands.yaml", r"^    sv: \[behov,", "    sv: [risk,", 0, "'risk' starts both 'risk' and"),
    (
        "phrases/chat.yaml", r"^(refused_bid:\n  sv: )(.*)", r"\1Hej {name}. \2", 0, "{name} is missing in en",
    ),
    (
        "phrases/people.yaml", r"^role_admin:", "hello: {sv: Hej, en: Hello}\nrole_admin:", 0,
        "the phrase 'hello' stands in chat.yaml too",
    ),
    ("reasons.yaml", r"^(voice:\n  sv: ).*", r'\1"{country"', 0, "write { and } in pairs"),
    ("synonyms.yaml", r"^about: .*", "about:\n  living-wages: [lön]", 1, "unknown topic 'living-wages'"),
    ("flows/risk.yaml", r"^questions:", "questions: [", 1, "not readable as YAML"),
    # rules for drafts
    (PLAN, r"^  kind: office_audit", "  kind: office_adit", 0, "'kind' is 'office_adit'; choose one of: start_meeting"),
    (PLAN, r"^  condition: high_risk", "  condition: high", 0, "'condition' is 'high'; choose one of: always"),
    (PLAN, r"^  condition: notice", "  condition: always", 0, "what counts from the last day for notice has"),
    (PLAN, r"from: start, days: 14", "from: start, days: -14", 0, "only what counts from the last day for notice"),
    (PLAN, r"every_months: 12 \}", "every_months: -1 }", 0, "'every_months' should be 1 or more"),
    (PLAN, r"every_months: 12 \}", "every_month: 12 }", 0, "unknown key 'every_month'. Did you mean 'every_months'?"),
    (DRAFT, r"^  clause: .*", "  clause: ilo-basc", 0, "unknown clause 'ilo-basc'. Did you mean 'ilo-basic'?"),
    (DRAFT, r"^  sources: \[", "  sources: [luo 4:1, ", 0, "unknown source 'luo'"),
    (DRAFT, r"^conventions:", "convention:", 0, "no rule is called 'convention'. Did you mean 'conventions'?"),
    (DRAFT, r"^    chain:", "    chian:", -7, "the list 'chain' is missing"),
    (DRAFT, r"^  ok:\n.*\n.*\n", "", -13, "'ok' is missing"),
]  # fmt: skip
