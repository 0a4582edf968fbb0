"""Longer texts for the domain task (source passages, cases, vignettes), and short items where fields touch.

`SEEDS` as in the field modules. The passages are pastiche written for this file, not quotations.
"""

from __future__ import annotations

from collections.abc import Sequence

FILLERS: dict[str, Sequence[str]] = {
    "passage_head": (
        "This question refers to the following information.",
        "Read the following excerpt.",
        "Use the passage below to answer the question.",
        "The question refers to this document.",
    ),
    "passage_ask": (
        "The ideas expressed in this excerpt are most consistent with which of the following?",
        "Which historical development does the passage best reflect?",
        "The author's argument was most directly a response to",
        "Which of the following groups would most likely have opposed the sentiments above?",
        "The passage can best be used as evidence of which long-term trend in this period?",
    ),
}

SEEDS: dict[str, str] = {
    "history": """
{passage_head} "Whereas the good people of these colonies have suffered the quartering of troops in their houses, the closing of their ports, and duties laid without their consent, Resolved, that we will import no {tea|glass|cloth|wine} from Great Britain until our grievances are redressed, and that committees be chosen in every town to see the agreement kept." Resolution of a colonial assembly, 177{0|3|4}. {passage_ask}
{passage_head} "Let every family keep the manner of prayer it brought over the sea, and let no neighbor trouble another for it; for it is not lawful that the magistrate compel any {Quaker|Jew|Baptist|Papist} to a church against his conscience, provided he keep the peace of the province." {Charter of a proprietary colony|Petition of townsmen in New Netherland}, 16{57|63|82}. {passage_ask}
{passage_head} "The slave power is united, rich and armed with every office of government. We who hate it are scattered. Yet I have seen the {fugitive hunted through the streets of Boston|auction block at New Orleans}, and I tell you, fellow citizens, that no compromise will hold this Union together while four millions are in chains." Abolitionist orator, 185{0|4|7}. {passage_ask}
{passage_head} "Before daylight the children go in at the mill gate, and the lamps are lit when they come out. The overlooker carries a strap. I asked a girl of eight how long she had worked in the {spinning room|coal pit|card room}, and she could not tell me, for she knew no other life." Testimony before a parliamentary commission, 183{2|3}. {passage_ask}
{passage_head} "Comrades! We shall not hold this city a month while the {landlords|capitalists|kulaks} hold the bread. The bankers of {London|Paris|Berlin} wait for us to starve. All power must pass to the soviets, all land to those who till it, and every factory to its workers." Speech to a congress of deputies, 191{7|8}. {passage_ask}
{passage_head} "The Indians of this island were like tame sheep when the Christians came among them as wolves. They were parted to the mines, {husbands from wives|the strong from the sick}, and of the thousands I saw on landing there remain not two hundred." A Dominican friar, sixteenth century. {passage_ask}
{passage_head} "When I had passed the desert I came to a great city of {silk weavers|paper makers|porcelain}. The people burn their dead and use money of mulberry bark with the seal of the Great Khan. There are {twelve thousand bridges|baths in every street}, and no man dares refuse the paper." Venetian merchant, late thirteenth century. {passage_ask}
{passage_head} "We have beheld the sovereign {parlements humbled|Estates summoned}, the bread of the poor taxed to gild palaces, and a nobility that pays nothing. We who till, weave, plead and trade are nineteen parts in twenty of the realm, and we have no voice in it." Pamphlet, Paris, 1789. {passage_ask}
{passage_head} "Take up the task, we are told, of civilizing {Africa|the Philippines|Burma}. But I have seen the rubber stations, where the basket not full is paid for with a hand; and the flag of {king and commerce|progress} flies above." Missionary's report, 1{899|904}. {passage_ask}
{passage_head} "O sons of the nation, cut your queues, unbind your daughters' feet, and learn the {sciences|laws|railways} of the West; for the dynasty has sold our ports one by one. Japan was as weak as we and in thirty years she has beaten Russia." Chinese student newspaper, 190{5|6}. {passage_ask}
{passage_head} "The {Sultan|Tsar|Shah} desires that all subjects, of whatever creed, be equal before the law, that taxes be fixed and conscription be fair, and that the lives, honor and fortunes of all be secure." Imperial edict, 18{39|56|61}. {passage_ask}
{passage_head} "I have watched the bread line grow from the church door to the corner. My husband rode the freights to {California|Chicago} looking for work. We heard the President on the radio say we had nothing to fear, and I believed him, for there was no one else to believe." Letter of a {Oklahoma|Kansas} woman, 193{3|4}. {passage_ask}
{passage_head} "We were told separate was equal. But the white school had a bus and a library, and we had a stove that smoked. On the first of February four of us sat down at the {lunch counter|bus station cafe} and asked for coffee." Recollection of a student activist in the South. {passage_ask}
{passage_head} "The unity of {Italy|Germany} has been made by {the red shirts and the king|blood and iron}, and yet the peasants of the {south|Rhineland} ask what they have gained but the conscript's coat and the tax collector. We have made the nation; it remains to make its citizens." Parliamentary speech, 18{61|71|75}. {passage_ask}
{passage_head} Scholars long held that the {plow|stirrup|astrolabe|compass} spread from {China|the Islamic world} to Europe by way of traders. A recent historian argues instead that invention was local, and that the shortage of labor after plague drove {lords|peasants|shipbuilders} to adopt it. Which evidence would weaken the historian's claim?
{passage_head} "In the reign of the great {Akbar|Suleiman|Kangxi} the learned of every faith disputed before the throne on Thursdays, and Brahmins, Jesuits, {Jains|Shia doctors} and fire-worshippers were heard alike." Court chronicle, late sixteenth century. {passage_ask}
""",
    "psychology": """
{person}, a high school student, {feels that everyone stares at her|thinks rules are only what grown-ups say|worries that she has no plans for life}. Which developmental or motivational theory best accounts for this?
The standard error of estimate and {item difficulty|Cronbach's alpha|the multitrait-multimethod matrix} serve test developers to
What are the advantages and disadvantages of {group therapy|hypnosis|electroconvulsive therapy|longitudinal studies|projective methods}?
In family sessions a {n}-year-old's bed-wetting began when his parents started to quarrel. From a {strategic|structural|Milan systemic|behavioral} viewpoint the symptom serves to
A {age}-year-old client has been anxious for six months about nearly everything, with muscle tension and insomnia, but has no panic attacks. The diagnosis and the treatment of choice are
After a head injury a man can still ride a bicycle but can't recall what he ate an hour ago. Which kind of memory, {procedural|episodic|semantic}, is spared?
Children who watch an adult hit a doll and are then frustrated will {imitate|inhibit} aggression; which variables, {reward to the model|status|similarity}, matter?
Two groups of rats learned a maze, one fed and one hungry. Hull's drive theory predicts that {habit strength|incentive} multiplied by drive
my {boyfriend|teenager|coworker} {gaslights me|won't talk to me|has mood swings}. what would a psychologist say is going on?
How does sensory adaptation, {signal detection|subliminal perception|selective attention} affect what a subject reports in a laboratory test?
The {stages of grief|stages of change|stages of moral reasoning|psychosexual stages|career stages}: which one is the client in if he says he is {bargaining with God|thinking about quitting drinking}?
What is {personality|motivation|perception|learning|intelligence|emotion|adjustment|conflict} as psychologists define it, and how is it measured?
Discuss {Freud's|Jung's|Adler's|Fromm's|Sullivan's|Horney's} view of {dreams|anxiety|neurosis|the unconscious|family relations}.
Describe the symptoms of {paranoia|hysteria|phobias|autism|catatonia|depression|alcoholism} and the treatment used by clinicians.
How do children acquire {language|moral judgment|sex roles|fears|self-control}, and at what ages?
What experiments show how {monkeys|infants|college students|rats} respond to {isolation|reward|stress|novel stimuli}?
A supervisor in a clinic or a personnel psychologist wants to raise {motivation|morale|selection accuracy}. Research indicates that the best approach is
""",
    "economics": """
In an ADF test on the log of {prices|exports|money}, the test statistic is -{f} with critical value -{f}. Do we reject the null hypothesis of a unit root?
Suppose a researcher estimates {wages|house prices|stock returns} by OLS with {nnn} quarterly observations; the coefficient is {f} with standard error {dec}. What is the t-ratio and the confidence interval for beta?
If there are external benefits in consuming {flu shots|education}, then the free market outcome is
Compared with perfect competition, monopoly means {higher|lower} price and output; total welfare falls because
An increase in the price of {butter|movie tickets|peanut butter} while other prices are constant: separate the substitution effect and the income effect.
A government deficit financed by {borrowing from the public|printing money} raises the {interest rate|price level} and thereby
The consumption function, saving schedule and investment demand: complete the table for income levels of ${nnn}, ${nnn} billion and find the average propensity to consume.
How did the {physiocrats|mercantilists|Austrian school|institutionalists|marginalists} view value and the role of government in the economy?
Should a country peg its currency, {devalue|join a monetary union} or float? Explain effects on the trade deficit and reserves.
Farm incomes are unstable since the demand for food is inelastic with respect to {price|income}. Explain with supply and demand curves.
""",
    "health": """
A {age}-year-old man comes to the office for follow-up. He takes hydrochlorothiazide and {lisinopril|metoprolol}. He has smoked a pack daily for {nn} years. He is 178 cm tall and weighs {nn} kg. Cardiac examination shows {a systolic ejection murmur|an S4 gallop|an irregular rhythm}. Laboratory studies are shown. Which of the following is the most appropriate pharmacotherapy?
A {age}-year-old woman, gravida {n}, para {n}, at {nn} weeks' gestation is admitted because of {vaginal bleeding|contractions every 3 minutes|decreased fetal movement}. Fetal heart rate is {nnn}/min. Which is the best next step in diagnosis?
A {n}-day-old newborn has {bilious vomiting|cyanosis that worsens on feeding|jaundice|a port-wine stain}. He was delivered at term after an uncomplicated pregnancy. The most likely congenital defect is
The police bring a {age}-year-old {patient} who is {agitated|shivering|unresponsive} with {dilated pupils|track marks|an odor of alcohol on his breath}. Urine toxicology is pending. What should be given intravenously?
The parents of a {sibling} with {asthma|leukemia|epilepsy|eczema} ask the pediatrician about diet, exercise, vaccines and school. The best advice is
What is the estimated worldwide prevalence of {obesity|anaemia in pregnancy|diabetes|vitamin A deficiency}, and how is it counted?
Retired people who {volunteer|keep close friends|exercise|have a sense of control} report better health, according to gerontologists. Why?
Does memory, {creativity|driving skill|sleep|sex drive|wisdom} decline with age? What can older people do about it?
The sex of a baby, its blood group and a hereditary disorder such as {G6PD deficiency|thalassaemia|haemophilia}: what should the genetic counsellor explain?
A biopsy of the {thyroid|colon|liver|lymph node|breast} shows {granulomas|atypical cells|fibrosis|amyloid}. What is the prognosis and the treatment?
Which bone, {scaphoid|hyoid|fibula|clavicle|sphenoid}, articulates with which others, and what nerve is at risk in its fracture?
A catheter, injection or suture: which {needle gauge|anatomical landmark|antiseptic|anaesthetic} should the clinician choose, and what is the main complication?
Medical students are asked about the {action potential of the heart|oxyhaemoglobin curve|clotting cascade|urea cycle|cortisol axis} in a clinical biochemistry or physiology test.
""",
    "physics": """
If the mass of a planet doubled and its radius {doubled|halved}, a person's weight at the surface would
A hydraulic lift, a lever and a block and tackle: what is the mechanical advantage and the effort needed to raise {nnn} lb?
A {nn}-g bullet leaves a rifle of {n} kg at {nnn} m/s. What is the recoil velocity, and what average force does the shoulder supply?
A uniform beam {n} m long weighing {nnn} N is supported by a rope at an angle of {nn}°. Find the tension and the hinge force.
A {neutron|photon|pion} scatters from a nucleus with cross-section {f} barns. Compute the attenuation through {n} cm of {lead|water}.
A wave function psi(x) = A exp(-{n}x^2): normalize it and find the expectation value of the momentum. Is parity conserved?
The Lagrangian, the Hamiltonian and the effective potential of a comet at perihelion {f} AU: find its speed at aphelion.
""",
    "other": """
Which craft or hobby, {knitting|quilting|beekeeping|scrapbooking|birdwatching|pottery}, requires {two needles|a kiln|a smoker|a hive tool}?
Which animal is the mascot or symbol of {a US party|a breakfast cereal|Australia|a car maker}?
Which part of a {car|ship|guitar|castle|shoe} is the {tongue|bow|bridge|keep|choke}?
How long does it take to {boil an egg|fly from London to Sydney|grow a beard|bake a potato}?
""",
    "philosophy": """
During which Hindu festival do families {throw colored powder|worship the goddess for nine nights}?
"Let us grant with the Stoics that nothing happens against nature. Then my illness is no evil; only my judgement of it can be." Assess the {premises|inference|view of emotion} of this passage.
If every event has a cause, and I am not the first cause of my choices, then I could not have done otherwise. Which premise would {a libertarian|Frankfurt|Hume} deny?
The claim "this sentence is {false|unprovable}", Sorites heaps and grue emeralds: which paradox is it, and what solution has been proposed?
what would {Socrates|Kant|Camus|Confucius|Simone de Beauvoir} say about {social media|money|white lies|quitting my job}?
""",
    "business": """
Case: {firm} has lost a third of its {dealers|key customers|young engineers} in two years. The new chief executive wants to cut costs; the marketing director wants a stronger brand. Using a SWOT analysis, recommend a strategy and say how to carry out the change.
A regional manager finds that her sales team pads expense claims. She must weigh company policy, {loyalty|fairness} and the example set to other employees. What should she do as an ethical manager?
Employees of {firm} resist a new {bonus scheme|software system|shift plan}. Which leadership style, incentive or change model (Kotter, Lewin) should management use?
{firm}'s customers compare {goods} online and buy on price. How can the marketer use differentiation, loyalty cards, and {content marketing|influencers} to raise the repeat purchase rate?
What is the {rate of return|monthly payment|discounted price|gross profit|unit cost|trade-in value} if {owner} pays ${nnn} in {nn} installments on {goods}?
what's a good {KPI for a sales team|salary to ask for as a store manager|way to run a one-on-one meeting|name for my consulting company}?
""",
    "computer science": """
What does the command {ls -la|grep -r|chmod 755|kill -9|curl -X POST|ssh-keygen} do in a Linux shell?
My {React|Django|Flask|Spring} app returns a {404|500|CORS error|timeout} when I call the API. How do I debug it?
""",
    "engineering": """
In a communications text a random variable takes values {n}, {n} and {nn} with given probabilities. Compute E(X), the variance and the entropy of the source in bits per message.
What is the type of oscillator, {Colpitts|Hartley|Wien bridge|crystal|relaxation}, in which feedback is through a {tapped coil|RC network}?
Which of the following statements about {the efficiency of a transformer at full load|starting an induction motor|earthing|a star-delta starter|skin effect in cables|PLDs with fixed AND arrays} is correct?
In a {dynamometer wattmeter|moving iron ammeter|megger|potentiometer|CRO}, the {controlling torque|damping|deflection} is provided by
The {slip rings|brushes|interpoles|compensating winding|damper winding} of {an alternator|a dc machine|a synchronous motor} serve to
Which bit pattern, number of digits, flip-flop or logic family (TTL, CMOS, ECL) has the {fastest switching|lowest power|most noise immunity} in digital electronics?
The charge carriers, doping and {depletion layer|barrier potential|leakage current} of a {pn junction|transistor|LED|solar cell} depend on
Inductors and capacitors in an ac circuit: the current {leads|lags} the voltage; {n} coils in parallel or star-delta connected loads draw how many amperes?
""",
    "biology": """
Hormones such as {oxytocin|thyroxin|ecdysone|adrenalin} are secreted by which glands, and how do they act on target cells of animals?
The amount of water lost by {a frog|a camel|a marine fish|an insect} is controlled by which organs and behavior?
What is the function of the {thymus|pineal|adrenal} glands in man and other vertebrates, and what follows if they are removed from an animal?
How does the {stomach|pancreas|small intestine|liver|salivary gland} take part in the digestion of food, and what would happen if it stopped secreting?
Trace a {red blood cell|molecule of oxygen|molecule of glucose} through the circulatory system of a {mammal|fish|frog}.
How do the {lungs of mammals|gills of fish|skin of amphibians|book lungs of spiders} present a large moist surface for gas exchange?
Briefly discuss the structure and functions of {skin|bone|cartilage|blood plasma|smooth muscle|the placenta} in vertebrates.
How does a {sperm|egg|zygote} develop, from spermatogonia or oogonia to {fertilization|implantation|cleavage}?
Why are {vitamins|trace minerals|amino acids} needed by {animals|bacteria|yeast}, while green plants make their own?
What are {antigens and antibodies|T cells|interferons|phagocytes}, and how does an organism resist disease organisms?
Why does {inbreeding|outcrossing|hybrid corn|a sterile hybrid} show {vigor|more recessive defects}? Explain genetically.
""",
    "chemistry": """
Using bond energies, heats of solution and heats of {formation|dilution|combustion}, find the enthalpy change per mole of {propane|ethanol|ammonium chloride} dissolved or burned.
The vapor above a solution of {benzene and toluene|ethanol and water} at {nn}°C has a mole fraction of {dec}. Find the composition of the liquid.
A thermochemical table, a phase diagram of {sulfur|CO2|water} and the phase rule: how many degrees of freedom are there at the {triple|eutectic} point?
Given K = {f} × 10^-{n} at {nnn} K for {the dissociation of PCl5|the water gas reaction|the ionization of a weak base}, find the degree of dissociation at {n} atm.
What is the {mole fraction|density|root mean square speed|critical temperature|compressibility factor} of {gas} at {nnn} K and {f} atm, for an ideal and a van der Waals gas?
In the {decomposition|hydrolysis|oxidation} of {ozone|sucrose|methyl acetate|nitric oxide}, derive the rate law from the mechanism by the steady-state approximation.
Which hydrocarbon, alcohol, amine or {sugar|amino acid|polymer} has the formula C{n}H{nn}O, and what products come of its {combustion|oxidation|dehydration}?
""",
    "law": """
A statute of the state makes it a crime to {sell liquor to minors|carry a concealed weapon|burn a flag}. The defendant, a {party}, was charged after an undercover officer {bought|photographed} him. He contends that the law is void for vagueness, and that he lacked notice. His conviction should be {affirmed|reversed}, because
A {party} and his {other_party} argued in a tavern. The {other_party} drew a knife; the {party}, who could have left by the back door, shot him. The jurisdiction has a retreat rule. At the trial for murder, the {party} requests an instruction on imperfect self-defense. Should the judge give it?
A {party} hired a broker to sell her house and signed a listing agreement for {nn} days. A ready, willing and able buyer appeared, but the {party} refused to convey. In an action for the commission, the broker should
During a business trip, a {party} stored {cotton|antiques} with a warehouseman under a bailment contract limiting liability. A watchman {stole|lost} them. If the {party} sues for breach and for negligence, the limitation clause will
""",
    "math": """
Which of the following is true? I. If f is {continuous|differentiable|integrable} then it is {bounded|uniformly continuous}. II. The converse holds on a closed interval.
A {rectangle|picture frame|cone|open box} with perimeter {nn} has the largest area or volume for which dimensions? Use the derivative.
""",
}
