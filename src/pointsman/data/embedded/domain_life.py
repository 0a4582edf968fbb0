"""What the domain task knows of living things: biology, health and psychology.

`SEEDS` are whole questions with slots, `FACTS` are lines of `term :: what it is`, one a line, by label.
"""

from __future__ import annotations

from collections.abc import Sequence

FILLERS: dict[str, Sequence[str]] = {
    "patient": (
        "man",
        "woman",
        "retired teacher",
        "construction worker",
        "female office worker",
        "long-distance truck driver",
        "previously healthy man",
        "pregnant woman",
    ),
    "sibling": ("boy", "girl", "son", "daughter", "student", "toddler"),
}

SEEDS: dict[str, str] = {
    "biology": """
In {pea plants|fruit flies|corn|rabbits|guinea pigs}, the allele for {tall stems|red eyes|black fur|smooth seeds} is dominant. If two heterozygotes are crossed, what fraction of the offspring will show the recessive phenotype?
A cross between a {red-flowered|long-winged|gray-bodied} and a {white-flowered|short-winged|black-bodied} individual gives an F2 generation of {nnn} dominant and {nn} recessive offspring. Which mode of inheritance explains the ratio?
In a population in Hardy-Weinberg equilibrium the frequency of the recessive allele is {dec}. What proportion of individuals are heterozygous carriers?
Two linked genes show a recombination frequency of {nn} percent. How many map units apart are they on the chromosome, and how many crossovers were observed?
Which of the following takes place during {prophase I|metaphase|anaphase II|telophase|the S phase|cytokinesis} of the cell cycle?
How does {mitosis|meiosis|binary fission|budding|spore formation} differ from {conjugation|fertilization|regeneration|parthenogenesis}?
Which organelle is responsible for {ATP synthesis|packaging and secreting proteins|photosynthesis|breaking down worn-out cell parts|detoxifying lipids|assembling ribosomes}?
Describe the path of electrons through {photosystem II|the electron transport chain of mitochondria|photosystem I} and explain how a proton gradient forms.
During {glycolysis|the Krebs cycle|the Calvin cycle|fermentation|beta oxidation}, which molecules enter, which leave, and how many ATP are produced?
A plant cell is placed in a {hypertonic|hypotonic|isotonic} solution. Predict what happens to its {vacuole|turgor pressure|plasma membrane}.
Why are the {xylem vessels|sieve tubes|guard cells|root hairs|companion cells} of vascular plants suited to their function?
How do {earthworms|insects|fish|birds|frogs|flatworms|sponges} {exchange gases|excrete nitrogenous waste|digest their food|circulate body fluids}?
Which phylum includes animals with {a notochord|jointed appendages and an exoskeleton|radial symmetry and stinging cells|a water vascular system|a mantle and a muscular foot}?
Explain how {antibiotic resistance in bacteria|industrial melanism in moths|beak size in island finches|pesticide resistance in insects} illustrates natural selection.
A small group of {lizards|beetles|finches|deer mice} colonizes a remote island and its allele frequencies differ from the mainland population. This is an example of
Why do {hawks|top predators|tertiary consumers} always have less total biomass than the {producers|herbivores|grasses} in the same food web?
What would most likely happen to a lake ecosystem if {phosphate fertilizer runs off into it|all decomposers were removed|a non-native predatory fish were introduced}?
The relationship between {clownfish and sea anemones|tapeworms and dogs|fungi and algae in lichens|barnacles and whales|ticks and deer|legumes and Rhizobium} is best described as
Trace the flow of {carbon|nitrogen|phosphorus|energy} through a {forest|pond|grassland|tundra} community.
How does the {lac operon|trp operon} of E. coli respond when {lactose|glucose|tryptophan} is present?
A mutation changes one {codon|nucleotide|base pair} in a gene so that {a stop codon appears early|the reading frame shifts|the amino acid stays the same}. What is the effect on the protein?
If the template strand of DNA reads 3'-TACGG{A|C|T}ATC-5', what is the sequence of the mRNA and of the polypeptide?
What enzymes act at the replication fork, and what does {DNA ligase|helicase|primase|topoisomerase|DNA polymerase III} do?
How are {restriction enzymes|plasmids|gel electrophoresis|the polymerase chain reaction|CRISPR} used to clone or edit a gene?
Why is {colour blindness|hemophilia|white eye in Drosophila} much more common in males than in females?
In {snapdragons|four o'clocks|Andalusian chickens}, heterozygotes show an intermediate colour. What offspring result from crossing two heterozygotes?
A woman of blood type {A|B|AB|O} marries a man of type {AB|O|B}. What blood types are possible in their children?
A scientist finds an organism that {lacks a nucleus and lives in hot sulfur springs|has chitin cell walls and absorbs its food|is photosynthetic with flagella}. To which domain or kingdom does it belong?
What is the evolutionary significance of {the amniotic egg|jaws|seeds|feathers|the vascular system|multicellularity}?
Describe the development of a {sea urchin|frog|chick|mammalian} embryo from zygote through {blastula|gastrula|neurula}.
Which germ layer gives rise to {the nervous system|muscle|the lining of the gut|the skeleton|the epidermis}?
What hormones control {molting and metamorphosis in insects|ovulation in mammals|fruit ripening|bending of shoots toward light|seed germination}?
Why does a {coleus|bean|oat} seedling bend toward the window? Explain the role of auxin.
How do honeybees communicate {the direction of nectar|the distance to food} to other workers in the hive?
A newly hatched gosling follows {a moving box|its human keeper|a toy train} as if it were its mother. What kind of learning is this?
Explain the ecological role of {fungi|nitrogen-fixing bacteria|phytoplankton|earthworms|keystone predators}.
Compare the life cycles of {mosses and ferns|gymnosperms and angiosperms|hydra and jellyfish|malaria parasites and tapeworms}.
Which tissues of a {leaf|stem|root} carry out {photosynthesis|transport of sugars|support|absorption of water}?
How do {viruses|bacteriophages|retroviruses} reproduce, and why are they not considered cells?
What is the difference between {prokaryotic and eukaryotic cells|monocots and dicots|homologous and analogous structures|a gene and an allele|genotype and phenotype}?
A student places {yeast|Elodea|germinating seeds|potato slices} in test tubes at different temperatures and measures {carbon dioxide|oxygen} given off. What is the dependent variable and what would you expect?
The population of {rabbits|paramecia|duckweed} grows until it reaches about {nnn} individuals and then levels off. What limits it, and what is this growth curve called?
Why are {enzymes|hemoglobin|membrane proteins} so sensitive to changes in pH and temperature?
help me with my bio homework: what's the point of {crossing over|independent assortment|transcription factors|stomata|villi in the small intestine}?
Could you write study notes on {plant tissues|cell signaling|Mendelian genetics|the carbon cycle|animal behavior|speciation}?
Which process accounts for {the movement of water up a tall tree|uptake of ions against a gradient|entry of large particles into an amoeba}?
How do {action potentials travel along a squid axon|muscle fibers contract when actin slides past myosin|kidneys of desert rodents conserve water}?
Explain why {whales and bats|cacti and euphorbias|sharks and dolphins} have similar or homologous structures.
Fossils and {DNA sequences|comparative embryology|vestigial organs} show that {birds descend from dinosaurs|whales descend from land mammals|all vertebrates share an ancestor}. How?
In which biome would you find {permafrost and lichens|broadleaf deciduous trees|epiphytes and high rainfall|drought-adapted succulents}?
Sterile hybrids such as the {mule|liger} are evidence of which reproductive isolating mechanism?
A karyotype shows {47 chromosomes with three copies of number 21|a single X and no Y|XXY}. What error in meiosis produced it?
""",
    "health": """
A {age}-year-old {patient} comes to the physician because of {fever, cough and pleuritic chest pain|sudden crushing chest pain|three weeks of bloody diarrhea|worsening headaches and blurred vision|fatigue and weight gain}. {Blood pressure is 150/95 mm Hg|Pulse is 110/min|Temperature is 38.9°C (102°F)}. Which of the following is the most likely diagnosis?
A {age}-year-old {patient} is brought to the emergency department after {a motor vehicle collision|collapsing at work|taking an unknown quantity of pills|a fall from a ladder}. Examination shows {decreased breath sounds on the right|pinpoint pupils|a rigid abdomen|neck stiffness}. What is the most appropriate next step in management?
A {n}-year-old {sibling} has {a barking cough and stridor|a rash that began on the face and spread downward|failure to thrive and greasy stools|recurrent ear infections}. Which organism or condition is most likely responsible?
A {age}-year-old {patient} with {type 2 diabetes|hypertension|chronic obstructive pulmonary disease|rheumatoid arthritis|atrial fibrillation} takes {metformin|lisinopril|warfarin|prednisone|methotrexate} daily. Laboratory studies show {serum potassium of 5.9 mEq/L|hemoglobin of 8.2 g/dL|creatinine of 2.4 mg/dL|leukocyte count of 2,100/mm3}. Which adverse effect explains the findings?
A nurse is caring for a client who is {receiving a blood transfusion|two days after a hip replacement|in active labor|on a ventilator|being tube fed}. Which finding should the nurse report first?
Which vitamin deficiency causes {scurvy|night blindness|pellagra|beriberi|rickets|neural tube defects|pernicious anemia}?
What are good dietary sources of {iron|folate|vitamin D|omega-3 fatty acids|calcium|zinc|iodine|fiber}, and how much does an adult need per day?
Which of the following nutrients {yields 9 kcal per gram|is the main fuel of the brain|helps absorb non-haem iron|is needed for blood clotting}?
The estimated energy requirement of a {sedentary|moderately active|pregnant} adult of {nn} kg is closest to how many kcal a day?
Dietary guidelines recommend limiting {added sugar|saturated fat|sodium|trans fat|alcohol} because of its association with
Which nerve supplies {the diaphragm|the muscles of facial expression|the deltoid|the tongue|the lateral rectus muscle}?
A lesion of the {radial|ulnar|median|common peroneal|hypoglossal|recurrent laryngeal} nerve causes
The {parotid gland|spleen|thyroid|pancreas|appendix|gallbladder} is located
Which artery supplies {the left ventricle|the midgut|the stomach|the foot|the brain stem}?
Which muscle {abducts the arm|flexes the knee|closes the jaw|rotates the femur laterally}?
The hard palate, {mandible|maxilla|ethmoid|sphenoid} and their foramina: which structure passes through the foramen {ovale|rotundum|magnum}?
An embryological failure of fusion of the {palatine shelves|neural tube|maxillary processes} results in
Which virus causes {mononucleosis|chickenpox|bronchiolitis in infants|cervical cancer|infectious hepatitis|hand, foot and mouth disease}, and how is it transmitted?
How does the {influenza|human immunodeficiency|measles|rabies|hepatitis B|polio|Ebola} virus enter cells, and what vaccine or antiviral drug exists?
What is the mechanism of action of {aspirin|penicillin|furosemide|omeprazole|salbutamol|atorvastatin|heparin|morphine}?
Which side effects should a patient starting {an ACE inhibitor|a statin|lithium|an oral contraceptive|a beta blocker|chemotherapy} be warned about?
Is it safe to take {ibuprofen with blood thinners|paracetamol during pregnancy|antihistamines with alcohol|vitamin supplements before surgery}?
I've had {a sore throat|lower back pain|a dry cough|swollen ankles|heartburn|dizziness} for {n} days, should I see a doctor?
What is a normal {resting heart rate|blood pressure|fasting glucose|body mass index|oxygen saturation} for a healthy adult?
The first sign of {hypovolaemic shock|hypoglycaemia|sepsis|a stroke|anaphylaxis|raised intracranial pressure} is usually
When performing {cardiopulmonary resuscitation|nasogastric tube insertion|wound dressing|a lumbar puncture|intramuscular injection}, the clinician should
In an autosomal {dominant|recessive} disorder such as {Huntington disease|cystic fibrosis|Marfan syndrome|phenylketonuria|neurofibromatosis}, what is the risk that an affected person's child has it?
Which chromosomal abnormality is found in {Down syndrome|Turner syndrome|Klinefelter syndrome|chronic myeloid leukemia|Prader-Willi syndrome}?
A couple has a child with {sickle cell disease|Tay-Sachs disease|Duchenne muscular dystrophy|hemochromatosis}. Genetic counselling should tell them that the recurrence risk is
In a randomized clinical trial of a new {statin|vaccine|antihypertensive drug|screening test}, {nnn} of {nnnn} patients improved. What is the {number needed to treat|relative risk|sensitivity|positive predictive value}?
Which screening test is recommended for a {age}-year-old {smoker|woman with a family history of breast cancer|man with no symptoms}?
During exercise, {muscle glycogen|creatine phosphate|fatty acid oxidation|lactate} contributes to energy supply because
The oxygen dissociation curve is shifted to the right by {acidosis|raised temperature|2,3-DPG}. What does that mean for an athlete or a patient?
Older adults living in {nursing homes|their own homes|retirement communities} are most likely to
Which of the following changes with normal aging: {bone density|lung vital capacity|skin elasticity|hearing of high tones|immune function}?
What proportion of people over {65|75|85} need help with activities of daily living, and who provides most of their care?
The most common cause of death among {adults over 65|infants in low-income countries|adolescents} is
A dying patient asks the physician {to stop life support|not to tell her family|for a stronger opioid}. Which is the most appropriate response?
A patient refuses {a blood transfusion on religious grounds|surgery for appendicitis|vaccination}. What should the physician do ethically?
A hospital wants to reduce {medication errors|central line infections|patient falls|readmissions}. Which quality improvement measure is best?
Explain the pathophysiology of {asthma|congestive heart failure|cirrhosis|gout|multiple sclerosis|acute pancreatitis|glomerulonephritis}.
How do clinicians tell apart {Crohn disease and ulcerative colitis|viral and bacterial meningitis|type 1 and type 2 diabetes|angina and myocardial infarction|gout and septic arthritis}?
What are the stages of {wound healing|labor|HIV infection|chronic kidney disease|pressure ulcers}?
Which blood test is used to diagnose {hypothyroidism|myocardial infarction|iron deficiency|prostate cancer|lupus}?
An x-ray of the {chest|wrist|lumbar spine|abdomen} shows {a pleural effusion|a scaphoid fracture|free air under the diaphragm}. What treatment is indicated?
What public health measures prevent the spread of {cholera|tuberculosis|malaria|HIV|norovirus|dengue}?
make me a {low-sodium|gluten-free|high-protein|diabetic-friendly} meal plan for a week
How long should someone {rest after a concussion|isolate with the flu|fast before a blood test|wait after a tattoo to donate blood}?
Breastfeeding is recommended for infants because {it provides antibodies|of its fat content|it lowers the risk of infection}; until what age should it be exclusive?
Iodine deficiency in pregnancy can lead to _______, whereas {vitamin A|iron|folate} deficiency leads to _______.
Physical examination of a {n}-month-old infant shows {a systolic murmur|an undescended testis|a bulging fontanelle|hip clicks}. What should be done next?
""",
    "psychology": """
A {child|dog|rat|pigeon} learns to {press a lever|fear a white coat|salivate at a bell|avoid a maze arm} after repeated pairings. Identify the unconditioned stimulus and the conditioned response.
A {teacher|parent|coach} gives {a sticker after every third assignment|praise at unpredictable times|a bonus every Friday}. Which schedule of reinforcement is this?
According to {Piaget|Erikson|Kohlberg|Vygotsky|Freud|Bowlby}, a child of {n} is most likely to
A {n}-year-old believes that {a tall glass holds more juice than a wide one|the moon follows her|her doll feels pain}. Which stage of cognitive development does this reflect?
A therapist asks the client to {challenge automatic thoughts|free associate|face the feared object step by step|talk to an empty chair|keep a thought record}. Which school of therapy does this represent?
A client tells the psychologist that {he plans to hurt his ex-wife|she cannot pay for sessions anymore|he wants to see his test file|she has fallen in love with the therapist}. According to the ethics code, the psychologist should
A counselor is working with {a couple on the verge of divorce|a grieving widow|a refugee family|a teenager who cuts herself}. From a {Bowenian|structural family|client-centered|Adlerian|solution-focused} perspective, the first step would be to
According to DSM criteria, {major depressive disorder|schizophrenia|borderline personality disorder|ADHD|PTSD|panic disorder|anorexia nervosa} requires symptoms lasting at least
A client reports {hearing voices that comment on his actions|washing her hands fifty times a day|sudden attacks of terror without cause|alternating euphoria and despair|losing time and having several identities}. The most likely diagnosis is
Which defense mechanism is shown when a man who {is angry at his boss shouts at his children|denies his drinking problem|hates his rival but is excessively kind to him|accuses others of his own jealousy}?
Participants in an experiment were told to {give shocks to a learner|judge the length of lines|play the role of prison guards|deliver a boring task as fun}. What did this classic study show about {obedience|conformity|cognitive dissonance|social roles}?
A bystander does not help {an injured cyclist|a woman who fainted} because many others are present. Social psychologists explain this by
People who {fail an exam but blame the teacher|credit themselves for success|think others' accidents are due to carelessness} show which attributional bias?
A researcher finds a correlation of {dec} between {self-esteem and grades|hours of sleep and memory|violent television and aggression}. What can be concluded?
A test yields the same scores when given twice {n} weeks apart but fails to predict job performance. The test is
On an intelligence test with mean 100 and standard deviation 15, a person with a score of {nnn} is at about which percentile?
The {WAIS|MMPI-2|Rorschach|TAT|Stanford-Binet|Strong Interest Inventory|Beck Depression Inventory} is used to assess
In selecting a predictor for {hiring salespeople|promoting managers}, an organizational psychologist should consider {incremental validity|the base rate|the selection ratio|adverse impact}. Why?
Memory of {a phone number heard a moment ago|riding a bicycle|your tenth birthday|the capital of France} is an example of which memory system?
After learning {French|a new phone number|a new locker code}, a student cannot recall {the Spanish word|the old one}. This illustrates
What role does the {hippocampus|amygdala|prefrontal cortex|hypothalamus|cerebellum|Broca's area|reticular formation} play in behavior?
Which neurotransmitter is implicated in {Parkinson's disease and schizophrenia|depression|Alzheimer's memory loss|anxiety relief by benzodiazepines}?
A patient with damage to the {left temporal lobe|right parietal lobe|corpus callosum|frontal lobe} would probably have difficulty
During {REM sleep|stage 4 sleep|hypnosis|jet lag}, a person's brain waves and dreams
How do {monocular cues|retinal disparity|Gestalt principles of closure and proximity|perceptual constancies} help us see depth and form?
Compare the {James-Lange|Cannon-Bard|Schachter-Singer} theory of emotion with a common-sense view.
How would {Maslow|Rogers|Skinner|Bandura|Adler|Horney|Jung|Eysenck} explain {aggression|motivation|personality development|neurosis}?
Infants who {cry when mother leaves and are not comforted on return|explore freely with mother as a base|ignore the mother} show which type of attachment?
What effects do {parental divorce|authoritarian parenting|early deprivation|peer rejection|birth order} have on children's development?
Explain the nature-nurture debate with evidence from {twin studies of intelligence|adoption studies|language acquisition|temperament research}.
What is the difference between {negative reinforcement and punishment|anxiety and fear|psychosis and neurosis|reliability and validity|assimilation and accommodation|sensation and perception}?
Which treatment has the strongest research support for {specific phobia|obsessive-compulsive disorder|insomnia|bulimia|agoraphobia|enuresis|substance dependence}?
In systematic desensitization, the therapist {builds an anxiety hierarchy|teaches relaxation}; this rests on the principle of
A school psychologist is asked to evaluate a {n}-year-old with {reading problems|hyperactivity|possible autism|low IQ scores}. Which assessment is appropriate?
Research on {leadership|job satisfaction|work teams|burnout|eyewitness testimony|helping behavior|prejudice|mate selection} suggests that
According to {Holland's theory|Super's life-span theory|Krumboltz|Fiedler's contingency model|Herzberg|Vroom's expectancy theory}, people at work
A psychologist who {dates a former client|testifies in a custody case|supervises an intern|advertises on television|barters for services} must consider which ethical standard?
Which research design would best test whether {caffeine improves recall|a new therapy beats a waiting list|praise increases persistence|mindfulness reduces stress}?
What did {Harlow's monkeys|Pavlov's dogs|Bandura's Bobo doll|Köhler's apes|Asch's line judgments|Loftus's car crash films|Tolman's rats} demonstrate?
Why do people {forget names|procrastinate|obey authority|dream|fall in love|believe in horoscopes}?
How can I cope with {social anxiety|test anxiety|low self-esteem|anger|a breakup} using techniques from cognitive behavioral therapy?
i'm writing a psych paper on {attachment theory|groupthink|learned helplessness|the bystander effect|multiple intelligences}, what studies should I mention?
A minority client's level of {acculturation|racial identity|cultural mistrust} matters in counseling because
In the {encounter|conformity|internalization|dissonance} stage of identity development, a person tends to
What happens to {problem solving|memory recall|performance on difficult tasks} when arousal is very high? Relate your answer to the Yerkes-Dodson law.
Which of the following is a projective technique, and what are its advantages over {self-report inventories|behavioral observation|interest inventories}?
What is the relationship between {frustration and aggression|stress and illness|IQ and creativity|attitudes and behavior}?
How do {taste buds|hair cells of the cochlea|rods and cones|the vestibular sense} turn stimulation into sensation, and what is an absolute threshold?
A person with {antisocial|narcissistic|histrionic|schizoid|dependent|avoidant} personality disorder would typically
Young adults' {loneliness|career indecision|intimacy} versus older adults' {integrity|despair}: which developmental task is at stake?
""",
}

FACTS: dict[str, str] = {
    "biology": """
osmosis :: the diffusion of water across a selectively permeable membrane
the Golgi apparatus :: the stack of membranes that modifies and ships proteins
a ribosome :: the particle of RNA and protein on which polypeptides are assembled
the chloroplast :: the organelle in which light energy is turned into sugar
the mitochondrion :: the double-membraned organelle of aerobic respiration
apoptosis :: the programmed death of a cell
meiosis :: the division that halves the chromosome number to make gametes
crossing over :: the exchange of segments between homologous chromosomes
epistasis :: the masking of one gene's effect by another gene
a codon :: a triplet of nucleotides that specifies an amino acid
transcription :: the copying of a DNA template into messenger RNA
translation :: the building of a protein from an mRNA message at the ribosome
an intron :: a noncoding stretch removed when RNA is spliced
a transposon :: a DNA sequence that can jump to another place in the genome
polyploidy :: the possession of more than two complete chromosome sets
genetic drift :: a random change of allele frequencies in a small population
the founder effect :: the loss of variation when a few colonists start a population
sympatric speciation :: the origin of species without geographic separation
adaptive radiation :: the rapid splitting of one ancestor into many species filling different niches
convergent evolution :: the independent rise of similar traits in unrelated lineages
punctuated equilibrium :: the view that species change in bursts between long stable periods
kin selection :: the favoring of altruism toward relatives that share genes
Batesian mimicry :: the resemblance of a harmless species to a dangerous one
competitive exclusion :: the rule that two species cannot share exactly the same niche
ecological succession :: the orderly replacement of one community by another
carrying capacity :: the largest population that an environment can support
a keystone species :: a species whose removal reshapes its whole community
nitrogen fixation :: the conversion of atmospheric nitrogen to ammonia by bacteria
mycorrhiza :: the partnership between fungus and plant root
transpiration :: the evaporation of water from leaves that pulls sap upward
the stoma :: a pore in the leaf epidermis bounded by two guard cells
the Casparian strip :: the waxy band that forces water through root endodermis cells
double fertilization :: the union of two sperm with egg and polar nuclei in flowering plants
gibberellin :: the plant hormone that makes stems elongate
abscisic acid :: the plant hormone that closes stomata and keeps seeds dormant
photoperiodism :: the response of plants to the length of night
phytochrome :: the pigment that lets plants sense red and far-red light
the gametophyte :: the haploid phase in alternation of generations
a cotyledon :: the seed leaf of a plant embryo
the archenteron :: the primitive gut formed by gastrulation
the notochord :: the flexible rod found in all chordate embryos
Malpighian tubules :: the excretory organs of insects
tracheae :: the air tubes that carry oxygen to an insect's tissues
the nephridium :: the excretory organ of segmented worms
a cnidocyte :: the stinging cell of jellyfish and corals
metamorphosis :: the change of body form from larva to adult
the gizzard :: the muscular chamber where birds grind food
cellulose :: the polysaccharide of plant cell walls
a lysosome :: the sac of digestive enzymes within a cell
bacterial conjugation :: the passing of DNA between bacteria through a pilus
archaea :: prokaryotes that often live in extreme salt or heat
the lytic cycle :: the viral reproduction that bursts the host cell
taxonomy :: the science of naming and classifying organisms
a clade :: an ancestor together with all of its descendants
habituation :: the loss of response to a repeated harmless stimulus
imprinting :: the early irreversible attachment of young to a moving object
pleiotropy :: the influence of one gene on several traits
Barr body :: the inactivated X chromosome in female mammal cells
Okazaki fragments :: the short DNA pieces made on the lagging strand
the sarcomere :: the contractile unit between two Z lines of striated muscle
hemolymph :: the fluid of an arthropod's open circulatory system
the corpus luteum :: the body left in the ovary after ovulation that secretes progesterone
endosymbiosis :: the origin of organelles from engulfed bacteria
chemiosmosis :: the making of ATP by protons flowing through ATP synthase
an ecotone :: the zone where two ecosystems meet
""",
    "health": """
hypertension :: persistently raised arterial blood pressure
myocardial infarction :: death of heart muscle from a blocked coronary artery
pneumothorax :: air in the pleural space that collapses the lung
pulmonary embolism :: a clot that lodges in the arteries of the lung
cellulitis :: a spreading bacterial infection of the skin and tissue below
hyponatremia :: an abnormally low serum sodium concentration
diabetic ketoacidosis :: a crisis of high glucose, ketones and acid blood in insulin lack
Cushing syndrome :: the effects of long exposure to too much cortisol
Addison disease :: failure of the adrenal cortex
Graves disease :: an autoimmune overactivity of the thyroid with bulging eyes
osteoporosis :: loss of bone mass that leads to fractures in older people
sarcopenia :: loss of muscle mass with aging
presbycusis :: hearing loss that comes with age
cataract :: clouding of the lens of the eye
macular degeneration :: loss of central vision in the elderly
delirium :: acute fluctuating confusion in an ill or postoperative patient
Alzheimer disease :: the most common dementia with amyloid plaques and tangles
palliative care :: care aimed at comfort instead of cure
an advance directive :: a document stating which treatments a person wants at the end of life
polypharmacy :: the use of many medicines at the same time by one older patient
kwashiorkor :: protein malnutrition with edema in young children
marasmus :: severe wasting from lack of calories
the glycemic index :: a ranking of foods by how fast they raise blood sugar
essential amino acids :: amino acids that the diet must provide
basal metabolic rate :: the energy a body uses at complete rest
dietary fiber :: plant matter that resists digestion in the small intestine
celiac disease :: an immune reaction to gluten that damages the bowel
lactose intolerance :: trouble digesting milk for lack of an enzyme
phenylketonuria :: an inherited inability to metabolize phenylalanine
cystic fibrosis :: an inherited disease of thick secretions due to CFTR mutations
penetrance :: the proportion of carriers of a disease genotype who show the disease
mosaicism :: the presence of genetically different cell lines in one patient
antigenic shift :: the reassortment that creates new pandemic influenza strains
a prion :: an infectious misfolded protein
HIV :: the retrovirus that destroys CD4 T cells
the MMR vaccine :: the injection that protects against measles, mumps and rubella
herd immunity :: protection of the unvaccinated because most others are immune
a nosocomial infection :: an infection acquired in hospital
sepsis :: organ dysfunction from a runaway response to infection
anaphylaxis :: a sudden life-threatening allergic reaction
the brachial plexus :: the network of nerves that supplies the arm
the mitral valve :: the valve between left atrium and left ventricle
the trigeminal nerve :: the cranial nerve for facial sensation and chewing
the cauda equina :: the bundle of nerve roots below the spinal cord
the portal vein :: the vessel that carries blood from intestine to liver
the rotator cuff :: the four tendons that steady the shoulder joint
surfactant :: the substance that lowers alveolar surface tension in newborn lungs
the Glasgow Coma Scale :: a bedside score of consciousness from 3 to 15
triage :: the sorting of patients by urgency
the Apgar score :: a rating of a newborn's condition at one and five minutes
preeclampsia :: high blood pressure with proteinuria in late pregnancy
ectopic pregnancy :: implantation of an embryo outside the uterus
an antipsychotic overdose :: a poisoning with sedation, QT prolongation and rigidity
naloxone :: the antidote for opioid overdose
warfarin :: an oral anticoagulant that blocks vitamin K
insulin :: the pancreatic hormone injected by people with type 1 diabetes
corticosteroids :: anti-inflammatory drugs that can thin bone and raise glucose
body mass index :: weight in kilograms divided by height in meters squared
VO2 max :: the greatest rate at which an athlete can take up oxygen
rigor mortis :: the stiffening of muscles after death
jaundice :: yellowing of skin and eyes from bilirubin
atelectasis :: the collapse of part of a lung after surgery
the double-blind trial :: a study in which neither patients nor doctors know who gets the drug
incidence :: the number of new cases of a disease in a period
Parkinson disease :: a movement disorder with resting tremor and rigidity
lupus :: an autoimmune disease with a butterfly rash and joint pain
""",
    "psychology": """
classical conditioning :: learning by pairing a neutral stimulus with one that already elicits a response
operant conditioning :: learning in which consequences shape voluntary behavior
extinction :: the fading of a conditioned response when reinforcement stops
shaping :: the reinforcing of successive approximations to a behavior
a token economy :: a ward program in which patients earn chips to trade for privileges
learned helplessness :: passivity after repeated uncontrollable failure
observational learning :: acquiring behavior by watching a model
object permanence :: the infant's understanding that hidden things still exist
conservation :: the child's grasp that quantity stays the same when shape changes
the zone of proximal development :: the gap between what a child can do alone and with help
the Oedipus complex :: the boy's unconscious desire for his mother in Freud's theory
the superego :: the part of personality that holds moral standards
projection :: attributing one's own unacceptable feelings to others
reaction formation :: behaving in the opposite way to an unacceptable impulse
transference :: the redirecting of feelings about parents onto the therapist
countertransference :: the therapist's emotional entanglement with a client
unconditional positive regard :: the accepting attitude stressed by Rogers
rational emotive therapy :: Ellis's method of disputing irrational beliefs
systematic desensitization :: relaxation paired with gradual exposure to a feared thing
flooding :: full and prolonged exposure to a feared stimulus
paradoxical intention :: telling clients to do on purpose what they fear
triangulation :: drawing a child into conflict between two parents
cognitive dissonance :: the discomfort of holding inconsistent attitudes
the fundamental attribution error :: overrating personality and underrating the situation in judging others
diffusion of responsibility :: feeling less obliged to help when others are around
groupthink :: faulty decision making in a cohesive group that avoids dissent
social loafing :: putting in less effort when working in a group
the foot-in-the-door technique :: gaining a large favor by first asking a small one
the self-fulfilling prophecy :: an expectation that brings about its own truth
stereotype threat :: underperformance from fear of confirming a negative group image
the halo effect :: letting one good trait color the whole impression of a person
the cocktail party effect :: hearing your own name across a noisy room
the serial position effect :: better recall for first and last items of a list
proactive interference :: old memories blocking the learning of new ones
anterograde amnesia :: an inability to form new memories
chunking :: grouping items to stretch short-term memory
a flashbulb memory :: a vivid recollection of a shocking event
the availability heuristic :: judging likelihood by how easily examples come to mind
functional fixedness :: seeing an object only in its usual use
crystallized intelligence :: accumulated knowledge and vocabulary that hold up with age
fluid intelligence :: the ability to reason about novel problems
criterion-related validity :: the degree to which test scores predict an outcome
test-retest reliability :: the consistency of scores over two administrations
the standard error of measurement :: the expected spread of scores if one person took a test many times
schizophrenia :: a psychosis with delusions, hallucinations and disordered speech
bipolar disorder :: a mood disorder alternating between mania and depression
dysthymia :: a chronic low-grade depression
dissociative fugue :: sudden travel away from home with loss of identity
conversion disorder :: bodily symptoms without medical cause after psychological conflict
agoraphobia :: fear of places where escape is difficult
oppositional defiant disorder :: a childhood pattern of angry and disobedient conduct
tardive dyskinesia :: involuntary facial movements from long antipsychotic treatment
the Tarasoff duty :: the therapist's obligation to protect a threatened third party
informed consent in therapy :: the client's agreement after learning risks and limits of confidentiality
secure attachment :: the infant's confident use of a caregiver as a base
the strange situation :: Ainsworth's laboratory test of infant attachment
identity versus role confusion :: Erikson's crisis of adolescence
authoritative parenting :: a warm style with firm limits
the hierarchy of needs :: Maslow's ladder from hunger to self-actualization
the Big Five :: openness, conscientiousness, extraversion, agreeableness and neuroticism
introversion :: a turning of energy toward the inner life
the drive reduction theory :: the idea that motivation aims at restoring bodily balance
the opponent-process theory :: the account of color vision and emotion by paired opposites
Weber's law :: the rule that a just noticeable difference is a constant proportion of the stimulus
circadian rhythm :: the daily cycle of sleep and alertness
""",
}
