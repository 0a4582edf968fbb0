"""What the domain task knows of people together: history, law, philosophy and the mixed label `other`.

`SEEDS` are whole questions with slots, `FACTS` are lines of `term :: what it is`, one a line, by label.
"""

from __future__ import annotations

from collections.abc import Sequence

FILLERS: dict[str, Sequence[str]] = {
    "party": (
        "homeowner",
        "shopkeeper",
        "farmer",
        "landlord",
        "contractor",
        "driver",
        "surgeon",
        "pilot",
        "investor",
    ),
    "other_party": (
        "neighbor",
        "customer",
        "tenant",
        "pedestrian",
        "supplier",
        "guest",
        "passenger",
        "cousin",
    ),
    "source": (
        "letter",
        "speech",
        "pamphlet",
        "diary",
        "petition",
        "treaty",
        "newspaper editorial",
        "memoir",
    ),
    "nation": (
        "Brazil",
        "Japan",
        "India",
        "Nigeria",
        "Mexico",
        "Sweden",
        "China",
        "Egypt",
        "Canada",
        "Turkey",
    ),
    "person": ("Bob", "Carla", "Ming", "Felipe", "Greta", "Omar"),
}

SEEDS: dict[str, str] = {
    "history": """
This question refers to the following information. "{We hold that no king may tax us without our consent|The working men have nothing to lose and must unite|The negro asks only for the ballot and a fair wage|Our factories need children no longer than twelve hours}, and we shall say so before the whole nation." {source|Speech}, {1641|1776|1848|1867|1912}. The passage is best understood as a response to
This question refers to the following information. "On the third day our ships came to an island whose people {brought us gold and parrots|had never seen horses|fled into the woods}, and I took possession of it for my sovereigns." Account of a {Spanish|Portuguese|French|Dutch} captain. Which development does the account best illustrate?
This question refers to the following information. "The {emperor|sultan|shah|khan} has ordered that the merchants of all lands may travel his roads in safety and that {each may keep his faith|taxes be paid in silver|foreigners live in one quarter}." Traveler's report, {13th|15th|17th} century. The policy described most directly contributed to
This question refers to the following information. "Every man in this village has lost a {son|brother} in the trenches, and still the {ministers|generals} speak of glory." {Diary|Letter}, 1917. The author's attitude is most consistent with which broader trend in Europe?
The author of the {source} quoted above would most likely have supported {the Federalists|abolition|the Populists|the New Deal|states' rights|women's suffrage|the Fourteen Points}.
Which of the following was a major cause of {the French Revolution|World War I|the American Civil War|the Protestant Reformation|the Russian Revolution|the fall of Rome|the Opium Wars|the Haitian Revolution}?
What were the consequences of {the Black Death|the Treaty of Versailles|the Columbian Exchange|the Industrial Revolution|the Mongol conquests|the Congress of Vienna|the Meiji Restoration|the Partition of India}?
Compare the {Roman and Han empires|Ottoman and Safavid states|French and American revolutions|First and Second Great Awakenings|Spanish and English colonies in the Americas}.
Who was {Toussaint Louverture|Otto von Bismarck|Catherine the Great|Simón Bolívar|Suleiman the Magnificent|Frederick Douglass|Mansa Musa|Ashoka|Joan of Arc|Sun Yat-sen} and why is he or she remembered?
When and why did {Constantinople fall|the Berlin Wall come down|the Suez Crisis break out|the Bastille fall|Japan attack Pearl Harbor|Congress pass the Kansas-Nebraska Act}?
The {Monroe Doctrine|Truman Doctrine|Compromise of 1850|Missouri Compromise|Dawes Act|Homestead Act|Wagner Act|Marshall Plan} was intended to
The {Knights of Labor|Freedmen's Bureau|Know-Nothing Party|Black Panthers|Whigs|Anti-Federalists|suffragettes} believed that
During Reconstruction, {Radical Republicans|sharecroppers|the Ku Klux Klan|carpetbaggers}
The {Enlightenment|Renaissance|Scientific Revolution|Counter-Reformation|Romantic movement} changed European society by
Which of the following {archaeological sites|cave paintings|burials|tools} gives evidence of {the first farmers in the Near East|Neandertal symbolic behavior|the peopling of the Americas|hunter-gatherers in southern Africa}?
The {Acheulean|Oldowan|Mousterian|Clovis|Levallois|Aurignacian|Solutrean} stone tool tradition is associated with
{Australopithecus afarensis|Homo erectus|Homo habilis|Neandertals|Homo naledi|the Denisovans} differed from modern humans in {brain size|locomotion|teeth and jaws}; fossils were found at
Excavations at {Çatalhöyük|Mohenjo-Daro|Teotihuacan|Cahokia|Great Zimbabwe|Jericho|Stonehenge|Monte Verde|Göbekli Tepe|Chaco Canyon} show that its inhabitants
The {Maya|Inca|Olmec|Moche|Hopewell|Minoan|Harappan|Mississippian|Aksumite|Mycenaean|Natufian} civilization is noted for
Archaeologists date {pottery sherds|charcoal|hominin remains|tree rings} by {radiocarbon|potassium-argon|dendrochronology|stratigraphy|thermoluminescence}, because
The domestication of {maize|wheat and barley|rice|dogs|llamas|cattle} began about {n},000 years ago in
What do {skeletal remains|isotopes in bone|cranial measurements|pollen samples|mitochondrial DNA} tell about the diet and migration of prehistoric peoples?
A chiefdom differs from a state and a band in that {power is inherited|there is a surplus|labor is specialized}; which prehistoric monuments show this?
Describe daily life {in a medieval village|in Edo Japan|on a Roman latifundium|in a colonial New England town|in Weimar Berlin|along the Silk Road}.
How did {feudalism|mercantilism|serfdom|the encomienda system|apartheid|the plantation system} work, and why did it decline?
What role did {women|peasants|missionaries|Jewish merchants|colonial troops|guilds} play in the {Crusades|French Revolution|two World Wars|spread of Islam in Africa}?
The policy of {appeasement|containment|détente|glasnost|the Great Leap Forward|indirect rule|Russification|Tanzimat} was adopted because
Which event ended {the Hundred Years' War|the Tokugawa shogunate|the Qing dynasty|the Weimar Republic|the Bourbon monarchy|the Byzantine Empire}?
Trace the events that led from {the Stamp Act to Lexington|Sarajevo to general war|the Munich Agreement to the invasion of Poland|the Meiji period to the annexation of Korea}.
Which statement best describes the {foreign policy of Louis XIV|economic policy of Colbert|domestic reforms of Joseph II|religious policy of Elizabeth I|agrarian program of the Gracchi}?
The {Populist|Progressive|Civil Rights|temperance|Chartist|Zionist|Pan-African} movement arose in response to
The {Dutch East India Company|Hanseatic League|Medici bank|Royal African Company|trans-Saharan caravans} prospered because
The {Treaty of Tordesillas|Edict of Nantes|Peace of Westphalia|Magna Carta|Emancipation Proclamation|Balfour Declaration|Treaty of Nanking} {stated|provided} that
Why was {the battle of Saratoga|the siege of Stalingrad|the battle of Lepanto|the Tet Offensive|Gettysburg|Waterloo|Adwa} a turning point?
Which of the following best explains the migration of {African Americans to northern cities|Irish families in the 1840s|the Bantu peoples|Germanic tribes into the Roman Empire|Chinese laborers to California}?
Colonists in {Virginia|Massachusetts Bay|Pennsylvania|New France} relied on {indentured servants|town meetings|the fur trade|tobacco} because
What does this propaganda poster from {the First World War|Mao's China|the Soviet Union} tell a historian about its purpose and audience?
help me write an essay on {the causes of the Cold War|how the Roman Republic fell|women in the Industrial Revolution|decolonization in Africa}
What was it like to be a {soldier at Verdun|passenger on the Titanic|Viking trader|samurai|suffragette|monk in the Middle Ages}?
The Meiji reformers, Peter the Great and Atatürk all sought to {westernize|modernize} their states by
In the 1920s {Prohibition|the Red Scare|the Harlem Renaissance|nativism|the Scopes trial} reflected tension between
During the {Great Depression|Cuban Missile Crisis|Gilded Age|Era of Good Feelings|Jacksonian period}, the president's policy toward {the banks|labor|Native Americans|the Soviet Union}
The Neolithic revolution, the rise of cities in {Sumer|the Indus valley|Egypt} and the invention of {writing|bronze|the wheel} led to
The spread of {Buddhism to China|Islam across North Africa|Christianity in the Roman Empire|printing in Europe} was helped by
""",
    "law": """
A {party} was injured when a {other_party}'s {ladder|dog|truck|scaffold|boiler} {fell on him|attacked her|went out of control}. The jury found the plaintiff {pct} percent at fault. In a comparative negligence jurisdiction, how much can the plaintiff recover?
A {party} left {dynamite|a swimming pool|an old refrigerator|machinery} unfenced, and a trespassing child of {n} was hurt. In an action against the {party}, the child will most likely
A {party} offered in writing to sell {her car|a painting|ten acres|a boat} to a {other_party} for ${big} and promised to keep the offer open for {nn} days. Before the {other_party} accepted, the {party} {sold it to another|mailed a revocation|died}. Was a contract formed?
A {party} agreed orally to {sell Blackacre|guarantee his brother's debt|work for two years|buy goods worth ${nnnn}}. When sued, the {party} raises the Statute of Frauds. The best argument for the plaintiff is
A contractor agreed to build a {garage|house|warehouse} for ${big}. After half the work was done, {the owner repudiated|the price of steel doubled|a fire destroyed the structure}. What damages may be recovered?
A buyer received {nnn} {televisions|tons of grain|bolts of cloth}, {nn} of which were defective. Under the UCC the buyer may {reject the whole|accept some|demand cover}, provided that
A promise to pay a rescuer {after the rescue|for past services} is {supported|not supported} by consideration, unless
A defendant entered a {warehouse|dwelling|car} at night to {take back his own watch|sleep|steal jewels}, mistakenly believing {the door was his own|the goods belonged to him}. He is charged with burglary. He should be found
A man intending to kill his {rival|wife|partner} {fired into a crowd|poisoned the wrong cup|shot at a dead body}. Of which crime, {murder|attempted murder|manslaughter|assault}, can he be convicted?
Two friends planned to rob a {bank|liquor store}. One of them {changed his mind and left|waited in the car|shot the guard}. If charged with conspiracy and felony murder, the other
The defendant was so {intoxicated|mentally ill} that he {did not know what he was doing|believed the victim was a robber}. Under the {M'Naghten|Model Penal Code|Durham} test, his defence will
Police officers stopped a {van|student|motorist} without a warrant, {searched the trunk|opened a package|took a blood sample} and found {cocaine|a pistol|stolen mail}. The motion to suppress the evidence should be
During custodial interrogation the suspect said "{I think I want a lawyer|I'll talk but not in writing}" before {Miranda warnings were given|being confronted with the co-defendant}. The confession is
At trial for {arson|fraud|robbery}, the prosecutor offers {a dying declaration|a prior conviction|a business record|a photograph|testimony about the defendant's reputation}. Defense counsel objects on grounds of hearsay. The judge should rule that it is
On cross-examination a witness is asked about {a prior inconsistent statement|a bribe|a ten-year-old conviction for perjury}. Is it admissible to impeach the witness or as substantive evidence?
The plaintiff offers evidence that after the accident the defendant {repaired the stairs|offered to pay the hospital bill|changed the design|had liability insurance}. This evidence is
A state statute {forbids out-of-state trucks|requires a license for hawkers|taxes interstate pipelines|bans signs with political messages|denies welfare to new residents}. The strongest constitutional argument against it rests on
A city ordinance prohibits {loud speech in parks|the sale of lewd magazines|parades without a permit|religious processions}. A group challenges it under the First Amendment. The court should apply
Congress enacted a law under its {commerce|spending|taxing|war} power that {regulates homegrown crops|withholds highway funds|bars suits against states}. A challenger claims that it
A taxpayer sues in federal court to stop {aid to parochial schools|a military base}. The suit should be dismissed for lack of {standing|ripeness|a case or controversy}, because
A public high school teacher was dismissed without a hearing after {criticizing the board|refusing an oath}. Has she been denied procedural due process?
An owner conveyed land "to {my son|the church|A} for life, then to {B and his heirs|A's children who reach 21|the city so long as it is used as a park}." What interest does the second grantee hold, and does it violate the Rule Against Perpetuities?
A {landlord|seller|grantor} conveyed Greenacre first to a {other_party}, who did not record, and then to a bona fide purchaser. In a {race-notice|notice|race} jurisdiction, who prevails?
A {party} has used a path over the {other_party}'s land openly for {nn} years. The {other_party} now builds a fence. The {party} claims {an easement by prescription|adverse possession|a license}; who will win?
A tenant under a {n}-year lease {assigned|sublet} the premises, and the new tenant failed to pay rent. The landlord may recover from
A covenant in a deed restricts the lot to {single-family homes|no fences}. Does it run with the land against a {party} who took without notice?
Owners of two adjoining lots quarrel over {a mortgage foreclosure|riparian water rights|lateral support|a joint tenancy}. In an action to quiet title, the court will
A newspaper published that a {senator|restaurant owner|private citizen} {took bribes|served spoiled meat}. In a suit for defamation the plaintiff must prove
A manufacturer of {power saws|hair dye|soft drinks} sold a product with a {design defect|missing warning}. A {other_party} hurt by it sues in strict products liability. The best defense is
An invitee slipped on {a grape|ice} in a store. To rely on res ipsa loquitur, the plaintiff must show
A {party} told a {other_party}, falsely, that {her husband was dead|the check was good}, causing severe distress. Is there liability for {intentional infliction of emotional distress|fraud|false imprisonment|battery}?
A {party} burned {leaves|rubbish}, and smoke drifted to the next land. The {other_party} sues for {private nuisance|trespass|negligence}. The likely result is
A plaintiff from {Ohio|Texas|Maine} sues a corporation from {Delaware|New York} in federal court for ${big}. Does the court have {diversity jurisdiction|personal jurisdiction|proper venue}, and may the defendant remove the case?
A motion for {summary judgment|a new trial|judgment as a matter of law|class certification} is filed {nn} days after {the pleadings close|the verdict}. The court should
An attorney {mixed client funds with her own|represented both spouses|revealed a client's plan to commit arson}. Is she subject to discipline?
A testator's will left everything to {his first wife|a charity}, but he later {married again|wrote a codicil without witnesses|tore the page}. Who takes?
A trustee {invested trust money in her own firm|delegated all duties}. Which fiduciary duty was breached and what remedy do the beneficiaries have?
A corporation's director {bought land the company wanted|voted on his own contract}. Shareholders bring a derivative suit for breach of the duty of loyalty. Decide.
Is a state bound by {a treaty signed under coercion|customary international law to which it objected|a Security Council resolution|a reservation to a human rights convention}?
Under the {Vienna Convention on the Law of Treaties|UN Charter|law of the sea|Rome Statute|Geneva Conventions}, when may a state {use force in self-defence|claim immunity|exercise jurisdiction over foreign ships|extradite a national}?
What is the {legal personality of international organisations|persistent objector|principle of non-refoulement|opinio juris|exclusive economic zone}?
What did {Austin|Hart|Dworkin|Kelsen|Fuller|Bentham|Savigny|Holmes|Maine|Raz} think about the nature of law and {its relation to morality|the sovereign's command|judicial discretion}?
Critical legal studies, legal realism and natural law theory: which of them holds that {law is indeterminate|judges make law|an unjust law is no law}?
On which set of facts is a conviction least likely when the charge is {larceny|embezzlement|false pretenses|robbery|kidnapping|rape|receiving stolen goods}?
What happened in {Marbury v. Madison|Brown v. Board|Roe v. Wade|Gideon v. Wainwright|Donoghue v Stevenson|Palsgraf|Carlill v Carbolic Smoke Ball} and what rule does it stand for?
my landlord {won't return my deposit|raised the rent mid-lease|entered without notice|is evicting me}, what are my rights?
Can I be sued if {my dog bites a mailman|I break a non-compete|I quote a song in my video|someone slips on my driveway}?
Draft a {non-disclosure agreement|will|cease-and-desist letter|lease clause|power of attorney|complaint for breach of contract} with the usual terms.
Explain the difference between {a felony and a misdemeanor|civil and criminal liability|libel and slander|murder and manslaughter|a patent and a copyright|an appeal and a retrial|joint tenancy and tenancy in common}.
A {other_party} was called as a witness at the murder trial of a {party}. She testified that a bystander had shouted, "{He's got a gun|That's the man who did it}!" Upon objection the court should
The {party} told police that he struck the {other_party} because {she threatened his son|he feared an attack with a knife}. If he pleads self-defense, the outcome depends on whether
A {party} hired an independent {electrician|trucker|guard}, whose carelessness hurt a {other_party}. Is the {party} vicariously liable under respondeat superior?
The accused was indicted by a grand jury and tried by a jury of {n}. On appeal he claims a violation of {double jeopardy|the right to counsel|the confrontation clause|equal protection}. The appellate court should
""",
    "philosophy": """
According to {Kant|Mill|Hume|Aristotle|Plato|Descartes|Locke|Spinoza|Nietzsche|Sartre|Epicurus|Hobbes}, {the good life|knowledge|freedom|moral worth|the self|justice} is
{Singer|Rachels|Thomson|Marquis|Regan|Carruthers|Sandel|Nozick|Rawls|Parfit} argues that {abortion|euthanasia|eating meat|famine relief|genetic enhancement|torture|affirmative action|drug legalization} is
{Socrates|Cicero|Epictetus|Augustine|Aquinas|Anselm|Butler|Moore|Ross|Nagel|Huxley|Wollstonecraft} claims that
In the {Euthyphro|Republic|Meno|Phaedo|Nicomachean Ethics|Meditations|Groundwork|Leviathan|Enchiridion|Principia Ethica}, the author maintains that
Baier, Cahn, Walzer and other writers on {just war|terrorism|obligations to future generations} would say that it is wrong to
A runaway trolley will kill {five workers|a child} unless {you pull a lever|you push a large man}. What would a {utilitarian|Kantian|virtue ethicist|divine command theorist} do, and why?
Suppose that a mad scientist {keeps your brain in a vat|swaps two people's memories|copies you atom by atom}. What does this thought experiment show about {knowledge|personal identity|consciousness}?
Put into predicate logic: {Every philosopher admires some poet|No cats are dogs|Some students who study pass|All who love {person} love themselves}. (P: ..., A: ...)
Symbolize the sentence in PL: {If it rains, then the picnic is off unless {person} brings a tent|Neither {person} nor Anna sings|{person} goes only if Dan stays}. Use ⊃, ∨, ~, • and ≡.
Identify the {antecedent|consequent|conclusion} of this conditional: {person} will {pass|travel} provided that {she studies|the train runs}.
Use a complete or indirect truth table to decide whether the argument is valid: {P ⊃ Q / ~Q // ~P|A ∨ B / ~A // B|(G • H) ⊃ K / G // K|~(P ≡ Q) / P // ~Q}. If invalid, give a counterexample.
Are these two propositions of PL logically equivalent, contradictory, consistent or inconsistent? {P ⊃ Q and ~P ∨ Q|~(A • B) and ~A • ~B|K ≡ L and ~K • L}
Which of the following is a proof in natural deduction of the conclusion from {P ∨ (Q • R)|(x)(Fx ⊃ Gx)|~(A ⊃ B)}? State each rule: {modus ponens|disjunctive syllogism|universal instantiation}.
Construct a complete truth table for the following PL proposition, and determine whether it is a tautology, self-contradictory or contingent: {(P ⊃ Q) ∨ (Q ⊃ P)|(A • ~A) ≡ B|~[(R ∨ S) ⊃ R]}
Which fallacy occurs in this argument: "{Everyone I know likes this film, so it must be great|You can't trust her view on taxes, she's a bad mother|Nobody has proved ghosts don't exist, so they do|Either we ban cars or the planet dies}"?
The fallacy of {composition|division|equivocation|amphiboly|accident|hasty generalization|begging the question|false cause|straw man|slippery slope|poisoning the well|tu quoque} is committed when
Arguing that something is right because {it has always been done|an expert in another field says so|the crowd demands it|bad things would follow for you} is an example of
An argument of the form "All A are B; some C are not B; therefore some C are not A" is {valid|invalid} because; what are its mood and figure?
What is the difference between {deductive and inductive arguments|soundness and validity|a priori and a posteriori knowledge|analytic and synthetic judgments|act and rule utilitarianism|hypothetical and categorical imperatives|negative and positive rights}?
Is {free will|objective morality|knowledge of God|induction} possible if {determinism is true|all perception is private|evil exists}? Discuss {compatibilism|skepticism|theodicy}.
The {cosmological|ontological|teleological} argument for the existence of God, and {Hume's|Kant's|Gaunilo's|Paley's} view of it
What is the problem with {cultural relativism|ethical egoism|emotivism|logical positivism|Cartesian dualism|eliminative materialism|moral error theory}?
Can a machine {think|understand Chinese|have moral rights|be conscious}? Relate your answer to {Searle|Turing|Chalmers|Dennett}.
In {Hinduism|Buddhism|Jainism|Sikhism|Islam|Judaism|Zoroastrianism|Daoism|Confucianism|Shinto|Christianity}, the concept of {salvation|the soul|purity|the sacred text|pilgrimage|priesthood} is
What do the terms {dharma|nirvana|ahimsa|tawhid|halakha|wu wei|ren|kami|moksha|karma|hijra|bhakti} mean, and in which religious tradition do they belong?
Who was the founder of {Sikhism|Jainism|the Bahá'í faith|Zen in Japan|Pure Land Buddhism|Hasidism}, and which scripture do its followers revere?
What festival commemorates {the exodus from Egypt|the birth of the Buddha|the end of Ramadan|the victory of Rama|the giving of the Torah}?
In the {Upanishads|Bhagavad Gita|Analects|Tao Te Ching|Qur'an|Talmud|Guru Granth Sahib|Lotus Sutra|Kojiki}, the {true self|superior person|ideal ruler|enlightened being} is described as
The theory that we ought to {maximize happiness|follow the moral law|imitate virtuous people|keep agreements rational people would make} is known as; what objection does {integrity|the experience machine|the separateness of persons} raise?
Defenders of {capital punishment|gun ownership|hate speech codes|animal experimentation|same-sex marriage|physician-assisted suicide|cloning|reparations} often appeal to the principle that
The doctrine of double effect, the harm principle and the distinction between killing and letting die: which one applies to {bombing a munitions plant|giving morphine|banning pornography}?
Explain {the allegory of the cave|the veil of ignorance|the state of nature|Pascal's wager|eternal recurrence|the is-ought gap|Occam's razor|the ship of Theseus|Zeno's paradox|bad faith} in simple terms.
Is {lying|breaking a promise|suicide|civil disobedience|whistleblowing} ever morally permissible? Argue from {deontology|consequentialism|virtue ethics|care ethics}.
What did the {Stoics|Sophists|Epicureans|Cynics|Pre-Socratics|Scholastics|existentialists|pragmatists|logical positivists} believe about {nature|pleasure|truth|virtue}?
Which view of {truth|causation|universals|time|meaning|perception} is defended by {Frege|Russell|Wittgenstein|Quine|Berkeley|Leibniz|Husserl|Heidegger|Kripke|James}?
Premise one: {all humans are mortal|only citizens vote}. Premise two: {person} is {human|a voter}. Does the conclusion follow, and by which rule of inference?
Feminist philosophers such as {de Beauvoir|Gilligan|Nussbaum|MacKinnon|Annette Baier} object that traditional moral theory
Environmental ethics asks whether {species|ecosystems|future people|trees} have {intrinsic value|moral standing}; {anthropocentrism|deep ecology|biocentrism} answers
what's the meaning of life according to {absurdism|Buddhism|the Stoics|Nietzsche|Aristotle}? keep it short
play devil's advocate: convince me that {free will is an illusion|morality is subjective|we live in a simulation|numbers are real objects}
Let P = '{person} plays golf', Q = 'Quinn paints', R = 'Rosa runs'. Which formula best symbolizes "{It is not true that both|Only if|Not unless} ... "?
If a utilitarian, an intuitionist like Ross and a natural lawyer disagree on {prima facie duties|basic goods|supererogation}, who has the better account?
Which response to the problem of {evil|other minds|induction|moral luck|dirty hands} is the most plausible?
The aesthetic theory of {Plato|Kant|Tolstoy|Hume|Danto} says that {beauty|art|taste} is
On {moral responsibility|punishment|retribution}, {Strawson|Frankfurt|van den Haag|Bedau|Bentham} holds that deterrence {justifies|fails to justify}
""",
    "other": """
As of {year}, about what percentage of {people in {nation}|adults worldwide|households in the United States} {use the internet|own a gun|live on less than two dollars a day|say religion is very important|favor the death penalty|are satisfied with their jobs}?
In {year}, which country had the {highest|lowest} {life expectancy|military spending as a share of GDP|literacy rate|CO2 emissions per person|infant mortality|share of women in parliament}?
Approximately how many {children die of malaria each year|people live in extreme poverty|refugees are there|Americans are in prison|languages are spoken} worldwide as of {year}?
A {year} survey by a research center asked people in {nation} whether {they trust the news|the country is on the right track|immigrants make it stronger}. About what share said yes?
The world population was about ___ billion in {1900|1950|2000|2020}, and its growth rate peaked in the {1960s|1970s}.
An auditor of a nonissuer discovers {a material misstatement in inventory|an unrecorded liability|a going concern doubt|missing confirmations of receivables} before issuing the report. Which opinion or procedure is appropriate under GAAS?
Under US GAAP, how should a company report {a change in accounting estimate|contingent liabilities|goodwill impairment|research and development cost|a discontinued operation|a capital lease} in its financial statements?
{firm} had net income of ${big}, depreciation of ${nnnn} and a gain of ${nnn} on the sale of equipment. What is the cash provided by operating activities in the statement of cash flows?
At year end {firm} estimated uncollectible accounts at {n}% of receivables of ${big}; the allowance has a credit balance of ${nnn}. What is bad debt expense for the year ended December 31?
A single taxpayer, age {nn}, sold {stock held four years|a principal residence|a rental house} for ${big} with an adjusted basis of ${big}. What amount of gain is recognized on the federal income tax return?
A partner's basis in a partnership was ${big}; the partnership distributed {cash|land with a fair value} of ${nnnn}. What is the basis after the distribution under the Internal Revenue Code?
On June 30, {firm} issued {nnnn} shares of $10 par common stock for land worth ${big}. By what amount do additional paid-in capital and retained earnings change?
A CPA firm considers whether to {accept a new audit client|issue a review report|perform tax services for an attest client}. Which independence rule of the AICPA Code applies?
In a governmental fund of a city, which {encumbrance|modified accrual revenue|interfund transfer|property tax levy} is recognized, and in which statement under GASB?
The variance between standard and actual {direct materials|labor hours|overhead} at {firm} was ${nnnn} unfavorable. What are the price and the quantity variance for the cost accountant?
Which internal control over {payroll|cash receipts|purchasing} would best prevent fraud, and what assertion does the audit test of {cutoff|existence|completeness} support?
Which actor {played the lead in|won an Oscar for} {a famous mafia film|a film about a sinking liner|a space saga of the 1970s}, and who directed it?
Which band recorded the album {with a prism on the cover|with four men on a zebra crossing}, and who was the {drummer|lead singer}?
What is the capital of {nation}, and which river or sea does it lie on?
How many {sides does a stop sign|players does a cricket team|keys does a piano|squares does a chessboard|strings does a violin|time zones does Russia} have?
What color do you get when you mix {blue and yellow|red and white} paint, and what is {a zest|a roux|blanching|julienne} in cooking?
In which sport would you {perform an axel|score a hat trick|use a shuttlecock|be caught leg before wicket|throw a Hail Mary}?
Which Greek god or goddess was the ruler of {the sea|wisdom|the underworld|love}, and what is the Roman name?
Who wrote {a novel about a white whale|a play about two lovers of Verona|a poem on a raven|a tale of a man turned into an insect|a saga of hobbits}?
What do you call {a baby kangaroo|a group of lions|a word that reads the same backwards|someone who collects stamps|the fear of spiders|a person who makes barrels}?
Finish the proverb or nursery rhyme: {A rolling stone|Jack Sprat could eat|Too many cooks|Hickory dickory}
Which article of clothing is worn {on the head in Scotland|with a kilt|by a judo player|over a kimono}?
A shop class teacher plans to introduce {wood joints|the safe use of a lathe|a unit on manufacturing}. Which teaching activity is the most effective for {fifth graders|kindergartners|vocational students}?
Which strategy helps a {first-grade|second-language|struggling} reader to improve {phonemic awareness|fluency|comprehension}, and how can the teacher assess it?
Which stage of the demographic transition model has {high birth and low death rates|low birth and death rates}, and which country, such as {nation}, is in it?
According to the {gravity model|central place theory of Christaller|von Thünen model|Burgess concentric zone model|rank-size rule|bid rent theory}, cities or farms
What is the difference in human geography between {a nation and a state|site and situation|relocation and contagious diffusion|a toponym and a region|a push and a pull factor|formal and functional regions}?
Which {map projection|agricultural system|language family|type of boundary|squatter settlement|edge city} is found in {nation} or best illustrates {physiological density|subsistence farming|an exclave|a lingua franca}?
The {House Rules Committee|Senate filibuster|conference committee|pocket veto|seniority system|whip} affects how a bill becomes law in Congress because
Which {interest groups|political action committees|primary elections|swing voters|political parties|media outlets} have the most influence on {voter turnout|party nominations|the policy agenda}, and why?
The {Fourteenth Amendment's incorporation doctrine|War Powers Resolution|Electoral College|Hatch Act|Freedom of Information Act|Voting Rights Act} changed American government by
Federalism today: {block grants|unfunded mandates|categorical grants|dual federalism} give the {states|national government} more power because
The president's {executive orders|veto power|cabinet appointments|State of the Union} and the bureaucracy, iron triangles and {judicial review|congressional oversight}: which check applies?
Sociologists such as {Durkheim|Weber|Goffman|Bourdieu|Merton|Parsons|Giddens|Du Bois|Foucault} explain {suicide rates|bureaucracy|the presentation of self|class reproduction|deviance|secularization} by
Which sociological concept, {anomie|cultural capital|social stratification|the nuclear family|labelling theory|patriarchy|the sick role|McDonaldization}, describes this trend in {working-class families|schools|industrial societies}?
Social mobility, {ethnicity|gender roles|class consciousness} and {household structure|lone parenthood} in Britain since the {1950s|1980s}: surveys found that
In security studies, {realists|constructivists|the Copenhagen School|critical theorists|feminists|liberals} define {security|threat|deterrence|securitization|human security} as
What are the causes of {nuclear proliferation|civil wars|terrorism|the arms trade|failed states|cyber conflict|transnational crime}, and what is {the security dilemma|coercive diplomacy|the responsibility to protect}?
American foreign policy after {the Cold War|September 11|Vietnam} was shaped by {liberal internationalism|neoconservatism|containment|isolationism|the Bush doctrine}. What did it imply for {NATO|China|Iran|Israel}?
Who proposed {the New World Order|a League of Nations|the Nixon doctrine|the pivot to Asia}, and what role do Congress, {think tanks|the National Security Council|lobbies} play in US diplomacy?
In public relations, a {press release|crisis communication plan|media pitch|spokesperson|news embargo|stakeholder survey} should
Grunig's {two-way symmetrical|press agentry|public information} model of public relations and {situational theory of publics|agenda setting|framing} say that journalists and practitioners
In studies of human sexuality, about what proportion of {men|women|couples|teenagers} report {premarital intercourse|sexual fantasies|using condoms|same-sex attraction|infidelity}?
Which {contraceptive method|sexually transmitted infection|paraphilia|phase of the sexual response cycle|sexual dysfunction} did {Masters and Johnson|Kinsey|sex therapists} describe, and how common is it?
Societies differ in rules on {incest|marriage|prostitution|homosexuality|sex education}; which of these is the most universal?
What's a good {gift for a 10-year-old|name for a rescue cat|recipe for leftover rice|weekend trip from Chicago|toast for my sister's wedding}?
tell me {a fun fact about penguins|the rules of backgammon|who won the World Cup in {year}|how to remove red wine stains|when daylight saving time starts}
Translate "{good morning|thank you very much|where is the station}" into {Italian|Swahili|Korean|Portuguese} and tell me how to pronounce it.
Write a {haiku about autumn|birthday message for grandma|packing list for a beach holiday|short bedtime story about a dragon|cover letter for a gardener}.
Plan a {three-day trip to {nation}|dinner party for eight|kids' party|road trip in the Alps}.
Which planet-wide problem, {deforestation|urbanization|migration|aging populations}, will the {UN|World Bank} statistics for {year} show as growing fastest in {nation} and its region?
Grammar question: is it "{who or whom|affect or effect|lie or lay}" here, and what part of speech is the word "{quickly|because|beautiful}"?
""",
}

FACTS: dict[str, str] = {
    "history": """
the Magna Carta :: the charter King John sealed in 1215 under baronial pressure
the Peace of Westphalia :: the settlement that ended the Thirty Years' War
the Edict of Nantes :: the decree of 1598 that tolerated the Huguenots
the Glorious Revolution :: the replacement of James II by William and Mary
the Reign of Terror :: the phase of the French Revolution ruled by Robespierre
the Congress of Vienna :: the meeting that redrew Europe after Napoleon
the Meiji Restoration :: the return of imperial rule that modernized Japan after 1868
the Taiping Rebellion :: the civil war in Qing China led by a visionary who called himself Jesus's brother
the Sepoy Mutiny :: the Indian uprising of 1857 against the East India Company
the Berlin Conference :: the gathering of 1884 that partitioned Africa
the Boxer Uprising :: the anti-foreign movement crushed in Beijing in 1900
the Schlieffen Plan :: the German design to defeat France quickly in 1914
the Bolshevik Revolution :: Lenin's seizure of power in October 1917
the Treaty of Versailles :: the settlement that imposed reparations on Germany in 1919
the New Deal :: Roosevelt's program against the Depression
the Munich Agreement :: the 1938 pact that gave the Sudetenland to Hitler
the Manhattan Project :: the wartime program that built the first atomic bombs
the Marshall Plan :: American aid to rebuild postwar Western Europe
the Berlin Airlift :: the supply of a blockaded city by plane in 1948
the Cuban Missile Crisis :: the 1962 standoff between Kennedy and Khrushchev
the Cultural Revolution :: Mao's campaign against old ways from 1966
the Iranian Revolution :: the 1979 overthrow of the Shah
the Stamp Act Congress :: the colonial meeting that protested taxes in 1765
the Articles of Confederation :: the first constitution of the United States
the Louisiana Purchase :: Jefferson's acquisition of land from Napoleon
the Trail of Tears :: the forced removal of the Cherokee
the Dred Scott era :: the years of sectional conflict over slavery before Lincoln
Reconstruction :: the era of rebuilding the South after the Civil War
the Gilded Age :: the late nineteenth century of robber barons and machine politics
the Harlem Renaissance :: the flowering of Black culture in 1920s New York
the Seneca Falls Convention :: the 1848 meeting for women's rights
the Haymarket affair :: the Chicago bombing that hurt the labor movement
the Mughal Empire :: the dynasty of Babur, Akbar and Shah Jahan
the Abbasid Caliphate :: the Islamic empire centered on Baghdad
the Mali Empire :: the West African realm of Mansa Musa
the Mongol Empire :: the largest land empire, founded by Genghis Khan
the Song dynasty :: the Chinese period of printing, gunpowder and paper money
the Crusades :: the medieval wars for the Holy Land
the Black Death :: the plague that killed a third of Europe from 1347
the Hanseatic League :: the union of trading towns around the Baltic
the Columbian Exchange :: the transfer of crops, animals and diseases across the Atlantic
the encomienda :: the grant of native labor to Spanish colonists
the Middle Passage :: the voyage of enslaved Africans to the Americas
the Punic Wars :: the struggles between Rome and Carthage
the Peloponnesian War :: the conflict between Athens and Sparta
the Code of Hammurabi :: the Babylonian collection of laws carved on a stele
the Rosetta Stone :: the inscription that unlocked hieroglyphs
cuneiform :: the wedge-shaped script of Sumer
the Bronze Age collapse :: the fall of eastern Mediterranean palaces around 1200 BC
the Fertile Crescent :: the region where farming of wheat began
Lascaux :: the French cave with Upper Paleolithic paintings
Çatalhöyük :: the Neolithic town in Anatolia entered through roofs
the Olmec :: the Mesoamerican people of colossal stone heads
Teotihuacan :: the ancient Mexican city with the Pyramid of the Sun
Tenochtitlan :: the Aztec capital built on a lake
Machu Picchu :: the Inca royal estate high in the Andes
Cahokia :: the largest Mississippian mound center near modern St. Louis
the Clovis culture :: early big-game hunters of North America with fluted points
Homo erectus :: the hominin that first left Africa and used hand axes
the Neandertals :: archaic humans of Ice Age Europe
Lucy :: the famous Australopithecus skeleton from Ethiopia
potlatch :: the Northwest Coast feast of gift giving and rank
Angkor :: the Khmer capital with vast reservoirs and temples
the Enclosure movement :: the fencing of common land in early modern England
the Protestant Reformation :: Luther's break with Rome in 1517
the Zulu kingdom :: the southern African state built by Shaka
the Dreyfus Affair :: the French scandal over a Jewish officer
""",
    "law": """
consideration :: the bargained-for exchange that makes a promise binding
promissory estoppel :: enforcement of a promise because of reasonable reliance
the parol evidence rule :: the bar on earlier oral terms that contradict a written agreement
the Statute of Frauds :: the requirement of a signed writing for certain contracts
anticipatory repudiation :: a clear refusal to perform before performance is due
liquidated damages :: a sum fixed in advance in a contract for its breach
specific performance :: a court order to carry out a contract, mostly for land
the mailbox rule :: the doctrine that acceptance takes effect on dispatch
unconscionability :: the defense that a bargain is grossly one-sided
a third-party beneficiary :: a stranger to the contract who may enforce it
negligence per se :: breach of duty shown by violation of a statute
res ipsa loquitur :: the inference of negligence from the accident itself
proximate cause :: the limit of liability to foreseeable consequences
assumption of risk :: the defense that the plaintiff knowingly met the danger
strict liability :: responsibility without fault for abnormally dangerous activity
battery :: intentional harmful or offensive contact
conversion :: a serious interference with another's chattel
public nuisance :: an unreasonable interference with a right of the community
the attractive nuisance doctrine :: the landowner's duty toward trespassing children
defamation :: a false statement that harms reputation
mens rea :: the guilty mind required for a crime
actus reus :: the wrongful act element of a crime
felony murder :: a killing during the commission of a dangerous felony
voluntary manslaughter :: a killing in the heat of passion upon provocation
larceny :: the trespassory taking and carrying away of another's property with intent to steal
embezzlement :: the fraudulent conversion of property by one entrusted with it
burglary at common law :: breaking and entering a dwelling at night with intent to commit a felony
entrapment :: the defense that police induced the crime
the M'Naghten rule :: the insanity test of not knowing the act was wrong
accomplice liability :: guilt of one who aids or encourages a crime
the exclusionary rule :: suppression of evidence seized in violation of the Fourth Amendment
Miranda warnings :: the advice of rights before custodial questioning
probable cause :: the ground needed for an arrest or search warrant
double jeopardy :: the ban on trying a person twice for the same offense
habeas corpus :: the writ that challenges unlawful detention
hearsay :: an out-of-court statement offered for its truth
the dying declaration exception :: admission of a statement made in belief of imminent death
the attorney-client privilege :: the protection of confidential talk with a lawyer
impeachment of a witness :: an attack on the credibility of testimony
judicial notice :: the court's acceptance of a fact without proof
the best evidence rule :: the demand for the original writing to prove its content
subject-matter jurisdiction :: a court's power to hear a kind of case
res judicata :: the bar on relitigating a claim already decided
summary judgment :: a decision without trial when no material fact is disputed
the Erie doctrine :: the rule that federal courts in diversity apply state substantive law
strict scrutiny :: review that demands a compelling governmental interest
the dormant commerce clause :: the limit on state laws that burden interstate trade
the establishment clause :: the ban on laws setting up religion
procedural due process :: the right to notice and hearing before deprivation
state action :: the requirement that a constitutional wrong be done by government
the takings clause :: the guarantee of just compensation for condemned property
a fee simple determinable :: an estate that ends automatically when a condition occurs
the Rule Against Perpetuities :: the limit of lives in being plus twenty-one years
adverse possession :: title gained by open and hostile occupation over a statutory period
an easement appurtenant :: a right to use neighboring land that benefits a parcel
a joint tenancy :: co-ownership with right of survivorship
a quitclaim deed :: a conveyance without any warranties of title
a restrictive covenant :: a promise limiting how land may be used
eminent domain :: the state's power to take land for public use
jus cogens :: peremptory norms of international law from which no treaty may depart
opinio juris :: the belief that a state practice is legally required
diplomatic immunity :: the freedom of envoys from local prosecution
legal positivism :: the view that law's validity does not depend on morality
natural law theory in jurisprudence :: the view that unjust enactments lack legal authority
stare decisis :: the practice of following precedent
a power of attorney :: an instrument authorizing an agent to act
an intestate estate :: the property of one who dies without a will
copyright fair use :: the privilege to quote protected works for criticism or teaching
""",
    "philosophy": """
the categorical imperative :: the command to act only on maxims one could will as universal law
utilitarianism :: the doctrine that right acts maximize happiness
the principle of utility :: Bentham's rule of the greatest happiness
virtue ethics :: the approach that starts from character and flourishing
eudaimonia :: Aristotle's word for human flourishing
the doctrine of the mean :: the account of virtue as lying between two vices
the social contract :: the hypothetical agreement that grounds political authority
the veil of ignorance :: Rawls's device of choosing principles without knowing one's place
the difference principle :: the rule that inequalities must help the worst off
the experience machine :: Nozick's thought experiment against hedonism
ethical egoism :: the view that one ought always to serve one's own interest
moral relativism :: the view that right and wrong depend on culture
emotivism :: the view that moral judgments express feelings
the naturalistic fallacy :: Moore's name for defining good in natural terms
the open question argument :: Moore's case that goodness is indefinable
prima facie duties :: Ross's list of obligations that can be overridden
supererogation :: action beyond the call of duty
the doctrine of double effect :: the permission of foreseen but unintended harm
the Euthyphro dilemma :: the question whether piety is loved by the gods because it is pious
the theory of Forms :: Plato's belief in eternal ideal objects
the allegory of the cave :: Plato's picture of prisoners who see only shadows
the Socratic method :: the testing of beliefs through questions
cogito ergo sum :: Descartes's certainty that the thinker exists
mind-body dualism :: the thesis that mental and physical substances differ
tabula rasa :: Locke's image of the mind as a blank slate
esse est percipi :: Berkeley's principle that to be is to be perceived
the problem of induction :: Hume's doubt that the future resembles the past
synthetic a priori knowledge :: Kant's class of informative necessary truths
the will to power :: Nietzsche's basic drive of life
existentialism :: the philosophy that existence precedes essence
phenomenology :: Husserl's description of experience as lived
pragmatism :: the view that truth is what works in inquiry
logical positivism :: the doctrine that unverifiable statements are meaningless
functionalism about mind :: the theory that mental states are causal roles
qualia :: the felt qualities of conscious experience
the Chinese room :: Searle's argument that syntax is not understanding
the Gettier problem :: cases of justified true belief without knowledge
compatibilism :: the view that freedom and determinism can both be true
the problem of evil :: the challenge that suffering poses for an all-good God
the ontological argument :: Anselm's proof of God from the concept of perfection
the argument from design :: Paley's inference from order to a watchmaker
Pascal's wager :: the case for belief from expected gain
modus ponens :: the inference from P and P implies Q to Q
modus tollens :: the inference from not Q and P implies Q to not P
a tautology :: a proposition true in every row of its truth table
the universal quantifier :: the symbol for "for all x" in predicate logic
a sound argument :: a valid argument with true premises
ad hominem :: an attack on the arguer instead of the argument
a straw man :: a distortion of an opponent's view to refute it easily
the red herring :: a fallacy of changing the subject
post hoc ergo propter hoc :: the mistake of inferring cause from sequence
argumentum ad populum :: an appeal to what many people believe
begging the question :: assuming the conclusion in the premises
affirming the consequent :: the invalid move from Q and P implies Q to P
karma :: the law that deeds shape future lives in Hindu and Buddhist thought
nirvana :: the release from craving and rebirth
the Four Noble Truths :: the Buddha's teaching on suffering and its end
the Five Pillars :: creed, prayer, alms, fasting and pilgrimage in Islam
the Torah :: the five books of Moses
ren :: the Confucian virtue of humaneness
wu wei :: effortless action in Daoist teaching
ahimsa :: the Jain ideal of nonviolence to all beings
the Khalsa :: the Sikh community founded by Guru Gobind Singh
Zoroastrianism :: the Persian religion of Ahura Mazda
the bodhisattva :: the being who delays enlightenment to help others
Shinto :: the Japanese way of the kami
the Upanishads :: Hindu texts on the unity of Atman and Brahman
Sufism :: the mystical path within Islam
speciesism :: Singer's term for bias in favor of one's own kind
the harm principle :: Mill's limit on interference with liberty
the capability approach :: Sen and Nussbaum's measure of well-being by what people can do
""",
    "other": """
urban sprawl :: the spread of low-density suburbs around a city
the demographic transition :: the shift from high to low birth and death rates in a country
gentrification :: the arrival of wealthier residents in a run-down city district
a primate city :: a city more than twice as large as the next in its country
a hearth of culture :: the place where a custom or religion began and spread from
hierarchical diffusion :: the spread of fashion from large cities to small towns
shifting cultivation :: farming that moves plots after burning forest
an enclave :: a territory wholly surrounded by another state
the gravity model of migration :: the idea that flows grow with population and shrink with distance
a delta :: the deposit of sediment where a river meets the sea
gerrymandering :: the drawing of districts to favor a party
a filibuster :: a long speech that blocks a vote in the Senate
the electoral college :: the body that formally elects the American president
pork barrel spending :: projects that bring federal money to a member's district
an iron triangle :: the alliance of committee, agency and interest group
a political action committee :: a group that raises money for candidates
an amicus brief :: a statement filed in court by an interest group
the incumbency advantage :: the tendency of sitting members of Congress to be reelected
divided government :: rule with one party in the White House and another in Congress
anomie :: Durkheim's word for a breakdown of social norms
cultural capital :: Bourdieu's term for knowledge and tastes that give status
symbolic interactionism :: the sociology of shared meanings in everyday encounters
the Protestant ethic :: Weber's link between Calvinism and capitalism
institutional racism :: discrimination built into the workings of organizations
secularization :: the decline of religion in modern society
total institutions :: places such as asylums that control every part of life
the glass ceiling :: the invisible barrier to women's promotion
securitization theory :: the idea that issues become threats by being spoken of as such
the security dilemma :: the spiral in which one state's defense looks like another's threat
mutually assured destruction :: the nuclear stalemate of guaranteed retaliation
human security :: the protection of persons and not only states
soft power :: influence through attraction instead of force
American exceptionalism :: the belief in the special mission of the United States
the League of Nations :: the world body proposed by Woodrow Wilson
a press release :: a statement sent to journalists with news of an organization
astroturfing :: fake grassroots support run by a public relations agency
agenda setting :: the power of media to tell the public what to think about
crisis communication :: the handling of press and public during a scandal
a qualified opinion :: an auditor's report that takes exception to one matter
an audit sampling risk :: the chance that the items tested mislead the auditor
the allowance for doubtful accounts :: the contra account for receivables that may not be paid
accrual accounting :: recording revenue when earned and not when cash arrives
diluted earnings per share :: net income spread over shares including convertibles
deferred tax liability :: tax postponed by timing differences of book and return
a Subchapter S corporation :: a company whose income is taxed to its shareholders
an engagement letter :: the agreement between a CPA and a client on an audit
the kinsey scale :: a rating of sexual orientation from zero to six
menopause as a topic of sexuality education :: the end of menstruation and its effect on desire
a dental dam :: a latex barrier for safer oral sex
the Super Bowl :: the championship game of American football
origami :: the Japanese art of folding paper
a sonnet :: a poem of fourteen lines
the Mona Lisa :: Leonardo's portrait in the Louvre
the Nobel Prize :: the award founded by the inventor of dynamite
sushi :: the Japanese dish of vinegared rice and fish
a haiku :: a poem of five, seven and five syllables
the Grammy :: an award for recorded music
jazz :: the music born in New Orleans
the Oscar :: the golden statue for achievements in film
ballet :: the dance of pirouettes and pliés
a palindrome :: a word that reads the same both ways
Hinduism's share of world population :: the portion of about fifteen percent in survey tables
the Human Development Index :: the United Nations ranking of countries by life, schooling and income
the poverty headcount :: the share of people living below an income line
Mount Kilimanjaro :: the highest peak in Africa
the Amazon :: the river with the largest flow on earth
crochet :: making fabric with a hooked needle
a soufflé :: a baked dish raised by beaten egg whites
""",
}
