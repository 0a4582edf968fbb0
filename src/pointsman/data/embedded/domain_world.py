"""More whole questions on people together: firms, courts, minds, the past and general knowledge.

`SEEDS` as in the field modules; `FACTS` widens the mixed label `other`, whose range no curriculum bounds.
"""

from __future__ import annotations

from collections.abc import Sequence

FILLERS: dict[str, Sequence[str]] = {
    "century": ("sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
    "scholar": (
        "Harrison (1994)",
        "Lee & Patel (2003)",
        "Moreno (1988)",
        "Brandt (1976)",
        "Osei et al. (2011)",
    ),
}

SEEDS: dict[str, str] = {
    "history": """
This question refers to the following information. "I set out from {Tangier|Venice|Canton|Goa} and came to a port where {Indians, Persians and Greeks trade|the king keeps elephants|the people burn black stones}, and the judge of the city received me." Traveler's book, {fourteenth century|about 1290}. The journey was made possible by
This question refers to the following information. "ARTICLE I: The {high contracting parties|two Governments} agree to {cease all hostilities|refrain from aggression against each other|open five ports to trade}. ARTICLE II: {Prisoners shall be returned|The island shall be ceded for ever}." Treaty signed in {1648|1842|1918|1939}. Which was an immediate result of this agreement?
This question refers to the following information. "The {cotton|railroad|oil} men own the legislature; the farmer {pays double freight|loses his mortgage}; we demand {free coinage of silver|public ownership of the lines}." Party platform, 189{2|6}. The movement arose because
This question refers to the following information. "I {nailed no man's conscience|cannot recant unless shown by Scripture}; the {pope|council} has erred." Speech before an imperial assembly, 1521. A direct consequence was
This question refers to the following information. "The slaves rose in the night, burned the cane fields and {asked only for three free days|swore to live free or die}." Report of a French planter, 1791. The events described led to
This question refers to the following information. An account by a modern historian: "The {steam engine|potato|printing press|horse collar} did more to change {Europe|the countryside} than all its kings." Which piece of evidence would best support the historian's argument?
In the {century} century, {tobacco planters|Huguenots|Jesuits|cottage weavers|sea captains|nobles of the robe} were affected by
Which artifact, {a fluted spear point|a jade mask|a carved female figurine|a quipu|an oracle bone}, is typical of which prehistoric or ancient culture?
The {Wari|Chimú|Nazca|Toltec|Zapotec|Hohokam|Ancestral Puebloan|Thule|Jomon|Lapita|Nubian} culture flourished in
Ancient DNA and stone tools suggest that modern humans {left Africa|met Neandertals|reached Australia|crossed Beringia} about how many thousand years ago?
The significance of {Schliemann|the Leakeys|Raymond Dart|Howard Carter|Gordon Childe|Lewis Binford}'s work for archaeology is that
Sites with {shell middens|mammoth-bone huts|megaliths|terraced fields|ball courts|royal tombs with sacrificed retainers} point to what kind of social complexity in the {Mesolithic|Neolithic|Bronze Age}?
""",
    "law": """
In addressing the {regulation of firearms|licensing of barbers|registration of aliens}, the state legislature enacted a statute. In a suit by an association challenging it under the Equal Protection Clause, who bears the burden of persuasion, and what standard applies?
An aged widow deeded her farm to her nephew, "provided he cares for me for life." He {moved away|sold it}. The widow's executor sues to {rescind|recover possession}. Most likely she will
A {bakery|factory} and its {flour|steel} supplier had a requirements contract. When prices rose the supplier {demanded assurances|delivered half}. The court will most likely hold
The defendant is charged with {vehicular homicide|perjury|statutory rape}. Which of the following jury instructions on the element of intent, or on a mistake of {law|fact}, is correct?
{Hart|Llewellyn|Rawls|Dworkin|Weber|Pashukanis} identified which elements of a legal system, and how does his account of {obligation|the rule of recognition|integrity|authority} answer the command theory?
Which statement best captures {feminist jurisprudence|the Chinese legal tradition|law and economics|critical race theory|sociological jurisprudence|Roman law|the codification debate}?
What is the {jurisdictional immunity|ratione materiae immunity|effective control test|diplomatic protection|right of innocent passage|doctrine of uti possidetis} in public international law?
In which circumstances can the International {Court of Justice|Criminal Court} hear a case between {states|a state and an individual}, and is its advisory opinion binding?
A lineup was held {after indictment without counsel|in a suggestive way}. At the suppression hearing the accused argues that the identification should be excluded since
A spectator at a ball game was hit by a {foul ball|thrown bat}. She sues the club, which pleads {contributory negligence|assumption of risk|last clear chance}. Judgment for
A {minor|drunk man|corporation's secretary} signed a contract to buy {a car|stock|jewelry} and now wishes to disaffirm. The seller's best argument is
A mortgagee foreclosed on a {store|farm} held by two sisters as {joint tenants|tenants in common}. Did the mortgage sever the tenancy in a {lien|title} theory state?
The prosecution calls an expert who relied on {a chemical report|hospital notes} not in evidence. Defense objects. The court should {exclude|admit} because
A bank teller gave money to a man who handed her a note saying {he had a bomb|her son was held}. Is he guilty of robbery, extortion or larceny by trick?
""",
    "other": """
Which {fruit|vegetable|spice|nut|cheese} is {a relative of the onion|the main ingredient of hummus|used to make marzipan|made from buffalo milk|the most expensive by weight}?
Which holiday falls {on a fixed date|on the last Thursday of November|forty days after Ash Wednesday|on the first of May}?
Which {First Lady|astronaut|king|inventor|aviator} was the first to {fly solo across an ocean|appear on a stamp|walk on the moon}?
What is the tallest {building|waterfall|animal|statue} in the world and where is it?
How many {inches in a yard|ounces in a pound|pints in a gallon|years in a score|zeros in a billion|cards in a tarot deck|dollars make a grand}?
What medical word means {inflammation of the joints|a doctor who treats children|an eye specialist}, a crossword asks?
In which TV show or cartoon would you meet {a talking sponge|a family of yellow people|a Starfleet captain|a nanny with an umbrella}?
What does the Latin phrase {carpe diem|et cetera|veni vidi vici|caveat emptor|e pluribus unum} on the {coin|sundial} mean, a quiz asks?
What is the term for {a group of crows|a hat maker|a male swan|a ten-year anniversary|the hair on a horse's neck|the day after Christmas in Britain}?
Which automobile, {Beetle|Model T|Corvette|Mini}, was built by which company, and what was its slogan?
Which art movement or painter is known for {soup cans|melting clocks|water lilies|cubes|dots of pure color}?
What is {Esperanto|Morse code|Braille|semaphore|sign language} used for, and who invented it?
Which dance, {the tango|flamenco|the waltz|samba}, comes from which country?
In which state or country would you visit {the Grand Canyon|Mount Rushmore|Petra|the Great Barrier Reef|the Taj Mahal|Stonehenge as a tourist}?
What percentage of {eligible Americans voted|adults worldwide smoke|schoolchildren were bullied|people in {nation} identified as atheist|households had electricity} as of {year}?
About how much did {global spending on the military|remittances|foreign aid|health care per person} amount to in {year}, in US dollars or as a share of GDP?
As of {year}, how many people in the United States were {in prison|without health insurance|millionaires}, to the nearest hundred thousand?
{scholar} argued that {lone mothers|call centre work|the affluent worker} showed changes in the relation of class, family and gender in that
In social research, snowball sampling and participant observation of {gangs|hospital wards|housing estates} are useful to sociologists for
In their study of {school subcultures|poverty in Britain}, sociologists found that
Functionalists, Marxists and feminists disagree on {the family|schooling|the welfare state|religion|crime statistics}. Which claim belongs to {functionalism|Marxism}?
How has transnational {terrorism|crime|migration|climate change} altered the security policy of governments after the Cold War, and what is meant by {environmental security|hybrid warfare}?
{Buzan|Wæver|Waltz|Kaldor|Mearsheimer|Nye|Booth} moved the study of security beyond {the state|military threats} by
In foreign policy, what do critics mean by {offshore balancing|the imperial presidency|the military-industrial complex|nation building|rogue states|the Vietnam syndrome}?
Which group of voters, {the elderly|union members|young adults|suburban women|evangelicals}, is most likely to {vote|identify as independent|switch parties}, according to political scientists?
A journalist asks the public relations officer about {layoffs|a plane crash|a data leak}. According to crisis theory, the organization should first
Which factor, {proximity|novelty|conflict|human interest}, decides whether media gatekeepers cover a story, and how do PR practitioners use {news values|opinion leaders|social media monitoring}?
What is {reputation management|corporate lobbying|an annual report|internal communication|propaganda} in public relations practice and ethics codes?
Couples in sex therapy for {low desire|premature ejaculation|vaginismus} are usually given which exercises?
What fraction of {married men|adolescent girls|gay couples|college students} in sex surveys report {masturbation|an affair|more than five partners|living together before marriage}?
A calendar-year S corporation or a partnership with {n} owners had ordinary income of ${big}. How much is included in gross income on the individual's Form 1040, and which items are separately stated?
An employee of {firm} received {a company car|stock options|tuition aid} worth ${nnnn}. Under the Internal Revenue Code, how much is taxable as a fringe benefit?
Which city land use, {edge cities|barrios|central business districts|greenbelts}, and which farming, {plantation|pastoral nomadism|truck farming|dairying}, occurs near {nation}'s cities?
Which industries are {footloose|weight-losing|market-oriented}, and why does Weber's least cost theory place them near {raw materials|labor}?
Which physical or cultural landscape feature, {an alluvial fan|a levee|terraced hills|long lots|a fjord}, is most associated with {river deposits|French settlement|glaciers}?
""",
    "philosophy": """
According to {Velleman|Hardwig|Brock|Callahan}, a {right|duty} to die is
"{You say we should save the whales, but you ate fish last week|My horoscope was right, so astrology works|If we allow this, soon anything goes|He is poor, so he must be honest}." Which informal fallacy is this?
The fallacy called {ad crumenam|appeal to pity|appeal to spite|bandwagon|no true Scotsman|gambler's|sunk cost|complex question|ad verecundiam} consists in
What is the name of the {holy book|prophet|goddess|teacher|temple|mystic poet} revered by {Sikhs|Jains|Daoists|Vaishnavas|Parsis|Tibetan Buddhists|Orthodox Jews}?
The {Second Temple|caliphate|Council of Nicaea|Great Schism} shaped which belief or practice of {Judaism|Islam|Christianity}?
Can {beliefs about God|scientific theories|moral claims} be verified? Popper, {Ayer|Kuhn|Feyerabend|Lakatos} would answer
Using a proposition for each atomic sentence, symbolize: "{If Ava runs and Bo does not, then Cy wins|Either the tax passes or, if it fails, schools close}." Which connective is the main operator?
Mill's {proof of utility|distinction of higher pleasures}, Sidgwick's dualism and Moore's ideal good: which objection is drawn from justice?
A person who {returns a wallet out of duty|tells a kind lie|helps a friend from affection} acts, for Kant, with or without moral worth because
""",
    "psychology": """
What is {social exchange|role conflict|body language|culture shock} and which psychologist studied it?
In decision-making research, {satisficing|the recency effect|framing|overconfidence|anchoring} means that a subject
In performance appraisal by supervisors, psychologists prefer {BARS|critical incidents} since they reduce {leniency|halo} errors
What kind of memory interference, {proactive|retroactive}, explains the forgetting in this learning experiment with nonsense syllables?
Rejecting a true null hypothesis in a psychological experiment on {sleep|priming} is which type of error, and how does power change with {alpha|sample size}?
In adolescence, the {imaginary audience|personal fable|timing of puberty|peer group} influences {self-concept|risk taking} because
How do {extinction bursts|stimulus generalization|time-out|response cost|differential reinforcement|Premack principle} work in changing a child's tantrums?
A psychologist is hired to {consult with a school|lead a smoking cessation group|train police negotiators}. From the standpoint of {community psychology|primary prevention}, the best plan is
Which theories maintain that aggression is {innate|learned|a release of tension}, and do television studies support {catharsis|modeling}?
A psychosomatic, hysterical or phobic disorder: how does the {psychoanalytic|behavioral|humanistic} approach explain its cause in this client?
""",
    "economics": """
Which of the following statements are correct concerning {a moving average process|information criteria|simultaneous equations|Monte Carlo simulation|ARCH models|maximum likelihood estimation|triangular systems}? (i) ... (ii) ...
Use the concept of {human capital|total factor productivity|the accelerator|balanced growth} to explain why {advanced|poor} countries grow.
If marginal revenue exceeds marginal cost at the present output, the {monopolist|firm} should, to maximize profit
Name an event that moves the {aggregate demand|short-run aggregate supply|loanable funds demand|Phillips|investment demand} curve to the {left|right}?
""",
    "business": """
{owner}'s shop offers a {pct}% discount on a list price of ${nn}. What is the rate of markdown, the sale price and the cost if the markup was {pct}%?
Find the amount of credit, finance charge and APR on a {charge account|personal loan} of ${nnn} repaid in {nn} equal payments.
Groups in organisations pass through forming, {storming|norming}; which of Belbin's team roles or French and Raven's power bases does this manager use?
The VALS, psychographic and benefit bases of segmentation; a {convenience|shopping|specialty|unsought} good; a {prestige|bundle|penetration} price: which fits this {watch|toothpaste|software}?
""",
}

FACTS: dict[str, str] = {
    "other": """
sudoku :: a number puzzle on a grid of nine by nine
espresso :: strong coffee brewed under pressure
a violin's bow :: the stick of horsehair drawn over strings
the marathon :: the road race of 42.195 kilometres
the Olympic rings :: the symbol of five continents in sport
Sherlock Holmes :: the detective of Baker Street
Harry Potter :: the boy wizard of a British book series
the Beatles :: the Liverpool band of the 1960s
a cappella :: singing without instruments
Impressionism :: the painting style of Monet and Renoir
Broadway :: the theatre district of New York
feng shui :: the Chinese art of arranging rooms
Thanksgiving :: the American holiday of turkey and pumpkin pie
a kilt :: the pleated tartan garment of Scottish men
the Sahara :: the largest hot desert
Canberra :: the capital of Australia
the Panama Canal :: the waterway that joins the Atlantic and the Pacific
the United Nations Security Council :: the body of five permanent members with a veto
NATO :: the military alliance founded in 1949
a coup d'état :: the sudden seizure of a government by officers
peacekeeping :: the deployment of blue-helmeted troops to watch a ceasefire
nuclear deterrence :: the prevention of attack through threat of retaliation
a think tank :: an institute that advises on policy
a lobbyist :: a person paid to influence legislators
the Supreme Court's writ of certiorari in civics :: the order to send up a case for review
a caucus :: a local party meeting to choose delegates
bicameralism :: the division of a legislature into two houses
social mobility :: movement between classes in a society
a moral panic :: exaggerated public fear of a group such as mods and rockers
the nuclear family :: parents and children living together
ethnography :: the close description of a community by living in it
a stratified society :: a population ranked by wealth and prestige
spin doctoring :: giving news a favorable slant for a client
a media kit :: a package of information handed to reporters
a stakeholder newsletter :: a periodical a company sends to its publics
the Cowper's glands in sex education :: the glands that produce fluid before ejaculation
abstinence-only education :: a school program that teaches waiting until marriage
a diaphragm as birth control :: a rubber dome worn over the cervix
the trial balance :: a list of ledger accounts to check that debits equal credits
a contingent liability note :: a footnote on a possible loss from a lawsuit
the Form 1040 :: the annual return of individual income tax
an audit trail :: the chain of records that lets an examiner trace an entry
the going concern assumption :: the accountant's premise that a firm will carry on
consolidated statements :: reports that combine parent and subsidiary accounts
a lingua franca :: a common language used between peoples
a megalopolis :: a chain of merged cities such as Boston to Washington
the Green Revolution :: the spread of high-yield seeds in poor countries
a refugee :: a person who flees a country from fear of persecution
remittances :: money that migrants send home
a population pyramid :: a bar graph of a country by age and sex
phonics :: teaching reading by letter sounds
the Dewey Decimal System :: a library's way of ordering books by number
a carburetor question :: an item on how an old car mixes air and fuel
tie-dye :: a way to color cloth with knots
""",
}
