"""Requests that a language model answers on its own, with no tool: talk, advice, writing, explaining, tasks.

`PATTERNS` holds one template a line (`\\n` stands for a line break); `FILLERS` the words of its slots.
"""

from __future__ import annotations

PER_TEMPLATE = 4

PATTERNS = r"""
Hello, how are you?
hi there
good morning, did you sleep well?
thanks a lot, that helped
{bye}
Who are you and who made you?
Do you have feelings?
who is {smarter}, you or {people}?
What do you think about {opinion}?
Do you believe that {claim}?
What's your favourite {fav}?
Which is worse, {moral} or {moral}?
Should {should}?
Is it wrong to {wrong}?
Morally speaking, may I {wrong}? One word is enough.
Why do {why_do}?
Why does {why_does}?
why {why_free}
How do {how_do}?
How does {how_does} work?
how come {why_free}
What would have happened if {counter}?
What if {counter}?
Where might you find {where_find}?
Where would a person {where_do}?
What do people usually do {usual_when}?
What might {cause} cause?
What does {cause} lead to?
{person_c} wanted to {want}. What did {pron} do first?
If {person_c} was {role_c}, who stood on the other side?
{person_c} {did_c} so that {pron} could do what?
A {animal_c} that is {animal_s} probably wants what?
Why does a walk help when you are {state_c}?
What must {people_pl} do before {event_c}?
What do most {people_pl} have at home?
If you {if_do}, what will you need?
What is something that {something}?
Name something {people_pl} {name_do}.
What is it called when {called}?
What can {animals} do that would surprise {animals}?
What is the opposite of {word}?
Define {word} as a dictionary would.
What rhymes with {word}?
Use "{word}" in a sentence.
Give me a synonym for {word}.
What does "{idiom}" mean?
Fill in the blank: {blank}
Add two lines to this song: {lyric}
Complete the sentence: {sentence_start}
{sentence_start} ... how should this sentence end?
Explain {concept} to {audience}.
Explain {concept} in simple terms.
can you explain {concept} to me like i'm five
What is {concept}?
what's the difference between {pair}
{pair}: which one wins and why?
What are the advantages of {adv}?
What are the pros and cons of {adv}?
What are the main factors that influence {factor}?
Describe how {how_does} works for {audience}.
Give an overview of {history}.
Why was {history} important?
Who was {figure} and why do we remember them?
What did {figure} believe?
Summarise the plot of {book}.
What is the moral of {book}?
Discuss the theme of {theme} in {book}.
Prove that {theorem}.
Give an intuitive explanation of why {theorem}.
How do we know that {know}?
Is there anything {anything}?
Write a {length} story about {story}.
Write a short story based on this prompt: {story_prompt}
write me a poem about {poem}
Put {word}, {word} and {word} into a short poem.
Write a haiku about {poem}.
Write a song about {poem} in the style of {style}.
Write a rap battle between {figure} and {figure}.
Write an essay on {essay}.
Write an essay discussing {essay}.
Make up a sentence whose words all start with {letter}.
Write a letter to {letter_to} {letter_about}.
Draft an email to my {letter_prof} {letter_about}.
Turn these facts into a job application: {name}, {job}, {num} years in the field.
I need something clever for my dating profile. About me: {bio}.
Write a tweet that advertises {advert}.
I just opened {own}. Help me word {ad_text}.
Write an advertisement for {advert}.
Write a speech for {speech}.
Write a script for {script}.
Write a dialogue in which {figure} talks with {role_play}.
Write an article about {essay} as if the year were 2080.
Write a scene from the perspective of {role_play}.
I'm writing a novel about {story}. {novel_ask}
How could {story_kind} end in a way nobody expects?
Give me a title for {title_for}.
Come up with {num} names for {name_for}.
Find me a good name for {name_for}.
Come up with a slogan for {advert}.
Make up a silly question with a sillier answer.
Tell me a joke about {joke_about}.
Give me a pun about {joke_about}.
Tell me why this joke is funny: {joke}
tell me something interesting about {topic}
Tell me a riddle.
Make up a myth that explains {myth}.
Invent a {invent} and describe it.
Design a {design_t} in words.
Brainstorm ideas for {ideas}.
Give me {num} ideas for {ideas}.
Suggest some {suggest} for {suggest_for}.
Help me with questions to {questions}.
List {num} {list_of}.
Name some {list_of}.
How can I {improve}?
How do I {howto}?
what's the best way to {howto}
How do good players approach {strategy}?
Give me tips for {tips}.
Any idea how to {howto}?
Can you help me {improve}?
I want to {improve}. Where do I start?
I feel {feeling} because {because}. {feel_ask}
I'm {feeling}. {feel_ask}
{because_c}. {feel_ask}
My {relation} {rel_does}. {rel_ask}
I ({age_s}) have a {relation} who {rel_does}. {rel_ask}
Someone on my team {rel_does}. {rel_ask}
{work_problem} {rel_ask}
{legal_advice}
{health_advice}
{home_problem}
{plant_problem}
{career}
{parenting}
{study_problem}
What pairs nicely with {food}?
How do you make {dish}?
My fridge holds {food}, {food} and {food}. What can I cook?
Any idea for {meal} that {meal_cond}?
Which shade would you put next to {colour}?
Sketch a long weekend in {place} for me, nothing fancy.
Give me a workout plan for {people_s}.
What is proper form for {exercise}?
Create a lesson plan about {lesson}.
Create a quiz about {lesson} with answers.
Teach me the basics of {lesson}.
Act as {role_play}. {role_line}
I want you to act as {role_play}. {role_line}
Pretend to be {role_play} and greet me.
Let's role-play. You are {role_play}.
You are {role_play}. {role_line}
Imagine you are {role_play}. Describe your day.
Imagine that {counter}. {imagine}
Let's play {word_game}.
Argue for and against {debate}.
Give me a good argument that {claim}.
Play devil's advocate: {claim}.
How would you explain {concept} to {audience}?
How would you design {design}?
How would you {would}?
What are some philosophical problems about {philo}?
What is the meaning of {philo}?
Does {philo} exist?
Write a program that {program}.
Write a {lang} function that {program}.
Implement {algo} in {lang}.
What does this code do? {code}
Comment this code for a newcomer: {code}
Find the bug in this code: {code}
In {lang}, how do I {code_howto}?
What is the difference between {tech_pair} in {lang}?
Why would I use {tech} instead of {tech}?
Give me a regex for strings that {regex}.
Write a SQL query to {sql}.
How would I structure a {lang} project?
Explain what {tech} is.
Translate "{plain}" to {language}.
How do you say "{plain}" in {language}?
Rewrite this in a more {tone} tone: {plain}
Say this in other words. {passage}
Lift the style of this text so that it fits a thesis:\n\n{passage}
Make this text shorter: {passage}
Expand this sentence into a paragraph: {plain}
Correct the grammar: {bad}
Is this sentence right? If not, fix it. {bad}
Proofread my paragraph: {passage}
Turn this into passive voice: {plain}
Change the tense to the past: {plain}
Simplify the following text for children.\n{passage}
Continue the text: {passage}
Generate a title for the passage. {passage}
Which subject line fits this mail? {passage_mail}
Write a reply to this message: {passage_mail}
Spam or not, in one word? {passage_mail}
Topic of this text (sport, farming, science, travel): {passage}
Right or wrong, and why? {fact_claim}
Check this against what you know: {fact_claim}
Text: {passage} Statement: {fact_claim} Does the text back the statement?
Read the passage and answer the question. {passage} Question: why did this happen?
Who and what is named here? {passage}
Swap each place name for an X. {passage}
Given the text, find out the author's mood. {passage}
Rate this review from 1 to 5: {review}
Does this sound rude to you? {bad_mood}
What kind of person says this? {plain} {bad_mood}
Would I make a good {job}? {personality}
What lies behind this habit: {behaviour}?
Three adjectives each for {list_adj}, please.
Which of these is the odd one out: {oddlist}?
Sort these words from weakest to strongest: {oddlist}
Which of these is greatest: {oddlist_n}?
Choose the best answer. {mcq}
{logic}
Capital, language and a typical dish of {country}?
Rank these by how famous they are: {rank}
Write down how a {people_s} might answer: "{plain}"
Make a short portrait out of these notes: {triples}
What are nice ways to {phrase}?
What should I say when {say_when}?
How should I respond to "{bad_mood}"?
Write a compliment for {people_s} that mentions {poem}.
Give me a fun fact about {topic}.
What are common misconceptions about {topic}?
What do people get wrong about {overrated}?
Where would a newcomer start with {best_of}?
What makes {makes} so popular?
Can you describe the smell of {smell}?
Describe {smell} without using the letter e.
Describe {vivid} so that I can almost see it.
How would you comfort {people_s} after {event_c}?
What questions do {people_pl} ask in interviews?
How do {cultures} vary around the world?
When did {tradition} become common?
Where does the tradition of {tradition} come from?
What are the symptoms of {illness}, in general?
How do vaccines against {illness} work?
What is the role of {bio_part} in the body?
How do {nature} survive {season}?
Write instructions for {howto}.
Give me step-by-step instructions to {howto}.
What are the rules of {strategy}?
What does {symbol} symbolise in literature?
Analyse the poem's mood: {poem_lines}
What do you get when you cross a {animal_c} with a {animal_c}? Make up a funny answer.
Draft a rough household budget for {budget_for}.
How should {budget_for} divide the money each month?
What is a sensible way to {car_fix}?
How do I {car_fix} without a mechanic?
Where would you look for {small_thing} in a house?
Where do people keep {small_thing}?
Where can somebody go to {go_to}?
Roughly how many {estimate}? Walk me through the estimate.
Does this news sound good or bad for the company? {news_line}
Summarise this note in one sentence: {passage_mail}
Sum up in five words: {passage}
Read this and list every {extract_n}: {passage}
Which category fits: fruit, tool, animal or place? {word_cat}
Pick the label that fits (question, order, complaint): {plain}
Output only the corrected text. {bad}
Reply to this review politely: {review}
Write the next line: {sentence_start}
Given the two sentences, does the second follow from the first? 1. {fact_claim} 2. {plain}
Convert this note into a polite request: {plain}
From the following facts, write a product text: {facts_p}
Write {ad_text} for {own}.
Write an article about {product_f}, which comes out next year.
Write a story from the point of view of {villain}.
I have {ratings} to mark. How would you sort them fairly?
Which statistical test fits when {stat_when}?
What are good places for {who_place} to {place_do}? Just your general thoughts.
Who should I talk to if I want to {become}?
How can someone become {become_a}?
I want to be {become_a} one day. What does it take?
Is {become_a} a good job for someone who {personality_v}?
Which laws did ancient {ancients} have on {law_on}?
What is the purpose of {law_thing}?
What are home remedies for {ail}?
Would {food} and {food} taste good together?
{person_c} {did_c}. How did {pron} feel?
{person_c} {did_c}. Why?
What happens when {happens}?
If {happens}, what comes next?
What might a person feel when {happens}?
i'm bored, talk to me
lets chat about {topic}
can we talk about {philo}? i've been thinking about it all day
you're {feeling_you} today
ok but why
give me your honest opinion: {claim}, yes or no?
"""

FILLERS: dict[str, tuple[str, ...]] = {}


def _add(block: str) -> None:
    """Read `name: filler; filler; …` lines into `FILLERS`; `\\n` in a filler is a line break."""
    for line in block.strip().splitlines():
        name, _, words = line.partition(":")
        FILLERS[name.strip()] = tuple(w.strip().replace(r"\n", "\n") for w in words.split(" ; "))


_add(r"""
bye: bye, talk to you later ; goodnight! ; see you tomorrow ; ok that's all, thanks
smarter: smarter ; funnier ; older ; more creative ; more patient
people: most lawyers ; my cat ; the average student ; a chess champion ; my brother
opinion: pineapple on pizza ; the four-day week ; reality TV ; horoscopes ; modern art ; dating apps ; cold showers ; self-driving cars ; school uniforms ; small talk
claim: money can buy happiness ; books are better than films ; zoos should be closed ; we are alone in the universe ; people never change ; homework helps ; privacy is dead ; everyone should learn to code ; winter is better than summer ; AI will take our jobs ; lying is sometimes kind
fav: colour ; poem ; season ; word ; book ; paradox ; animal
moral: lying to a friend ; eating meat ; stealing bread ; breaking a promise ; reading someone's diary ; ignoring a beggar
should: parents read their children's messages ; tipping be abolished ; rich people pay more tax ; I forgive my brother ; we let people vote at sixteen ; museums return old art ; a society ban gambling ; robots have rights
wrong: read someone's diary ; lie to spare feelings ; skip a wedding ; take a day off without being ill ; laugh at a funeral ; keep a lost wallet ; cut in line when nobody minds
why_do: cats purr ; glass breaks but rubber bounces ; some people wake up early ; people yawn ; leaves fall ; we forget dreams ; onions make us cry ; some people fear clowns ; languages die ; teenagers sleep late ; we blush ; magnets attract iron
why_does: bread rise ; the moon look larger near the horizon ; time seem to speed up with age ; salt melt ice ; music give us chills ; metal feel cold ; toast land butter side down ; the sea look blue
why_free: do some alphabets have no vowels ; is the sky blue but sunsets red ; can't we just print more money ; did dinosaurs get so large ; is laughter contagious ; are there no green mammals ; is it harder to remember names than faces ; can't we build a tunnel through the earth
how_do: hearing aids work ; birds know where to fly ; we know how old the earth is ; glaciers move ; people fall in love ; bees make honey ; planes stay in the air ; habits form ; children learn to speak ; spies recruit people
how_does: a microwave ; the stock market ; evolution ; a vaccine ; the electoral college ; an engine ; anaesthesia ; inflation ; a black hole ; yeast ; tax havens ; a barcode reader ; a lie detector
counter: Carthage had beaten Rome ; the Roman Empire had survived ; everyone could fly ; there were no money ; cats ruled the world ; dinosaurs were still alive ; nobody ever slept ; Napoleon had won at Waterloo ; presidents were chosen by a dance contest ; the sun went out for a day
where_find: a grandfather clock ; a snake in a cold country ; a stapler ; an unused ticket ; a hermit ; a lost sock ; plenty of dust
where_do: go to borrow a tent ; keep a spare key ; wait for a locksmith ; hide a present ; hear an organ ; leave muddy boots ; look for a snow globe
usual_when: when they are waiting for a bus ; after losing a game ; when it rains on holiday ; before a long trip ; when they enjoy a meal ; after an argument ; when they are in love
cause: staying up all night ; a broken promise ; moving house every year ; standing in the cold for hours ; gossip ; drinking too much coffee ; losing your job ; hitting a bottle with a hammer ; playing loud music at night
person_c: Anna ; Peter ; Mr. Hill ; The boy ; Grandma ; Omar
want: calm a crying baby ; dry wet shoes ; impress the new neighbours ; make the picnic special ; get to the island ; learn the drum
pron: she ; he ; they
pron_p: his ; her ; their
role_c: a pupil ; the guest ; the patient ; the hero ; a tenant
did_c: opened the window ; saved every coin ; put on a thick coat ; left the party early ; bought a map ; hid behind the curtain
animal_c: dog ; cat ; fox ; horse ; parrot ; snake ; crow ; rabbit
animal_s: scratching the door ; hiding under the bed ; circling slowly ; staring at a wall ; sleeping all day
state_c: bored ; nervous ; angry ; stuck on a problem ; lonely
people_pl: singers ; students ; soldiers ; teachers ; pilots ; new parents ; actors ; dog owners ; poets ; nurses
people_pl_c: Cat lovers ; Old sailors ; Good teachers ; Children ; Poets ; Night workers
event_c: a concert ; an exam ; a bad breakup ; a long journey ; a funeral ; a lost match ; surgery
if_do: are going to camp without a fire ; want to cross a river ; run out of ink ; start a band ; move abroad ; have a guest for the night
something: your grandparents would find odd now ; everyone pretends to like ; gets better with age ; you learn only by doing ; will seem silly in fifty years
name_do: do before bed ; keep in a drawer ; complain about ; are proud of ; forget at home
called: rain falls while the sun shines ; you fear heights ; a word sounds like what it means ; two rivers meet ; someone talks to themselves ; a bird leaves its nest for good
animals: moles ; birds ; fish ; cats ; snakes ; spiders ; bees ; whales
word: lantern ; gentle ; drift ; humble ; brave ; ambiguous ; wander ; silver ; melancholy ; ember ; thrive
idiom: bite the bullet ; a storm in a teacup ; to kick the bucket ; read between the lines ; the elephant in the room
blank: The early bird catches the ___. ; Toronto is a city in ___. ; She plays the ___ in an orchestra. ; Water freezes at ___ degrees. ; The Lakers are a ___ team.
lyric: I left my coat on the morning train / now every winter knows my name ; The road is long and the night is cold / but I remember what you told ; We danced until the morning came
sentence_start: Behind the hill the path turned into a ; Neighbours of a drummer think the street is a bit ; He opened the box and could not believe ; If you have no umbrella in the rain, you get ; The servant brought the king his ; A stranger in a small town is likely to
concept: photosynthesis ; machine learning ; gravity ; inflation ; peer pressure ; recursion ; stoicism ; supply and demand ; quantum entanglement ; colours ; the placebo effect ; democracy ; entropy ; blockchain ; karma ; natural selection ; a metaphor  ; Newton's laws ; the greenhouse effect ; tax havens
audience: a five-year-old ; someone born blind ; my grandmother ; people without any background in the field ; a teenager ; an alien ; a beginner
pair: jazz and blues ; stoicism and epicureanism ; cats and dogs as pets ; empathy and sympathy ; Batman and Superman ; capitalism and socialism ; tea and coffee ; The Office and Parks and Recreation ; a fable and a parable ; weather and climate ; viruses and bacteria
adv: being an only child ; remote work ; living in a small town ; electric cars ; keeping a diary ; being raised religious ; renting ; working nights ; solar energy ; boarding schools
factor: team spirit ; friendship ; a language's spread ; voting ; sleep quality ; the price of bread ; migration
history: the French Revolution ; the Silk Road ; the moon landing ; the printing press ; the Black Death ; the Meiji Restoration ; the fall of Constantinople ; the civil rights movement ; World War I
figure: Socrates ; Cleopatra ; Albert Einstein ; Mozart ; Joan of Arc ; Shakespeare ; Genghis Khan ; Marie Curie ; Confucius ; Frida Kahlo ; Nietzsche
book: Hamlet ; The Little Prince ; 1984 ; Don Quixote ; Frankenstein ; The Odyssey ; Moby-Dick ; Little Red Riding Hood ; The Great Gatsby
theme: revenge ; loneliness ; love ; power ; guilt ; freedom
theorem: there are infinitely many primes ; the square root of two is irrational ; the angles of a triangle add up to 180 degrees ; some infinities are larger than others ; an even square has an even root ; every tree has one edge fewer than vertices
know: the universe is expanding ; atoms exist ; pi is irrational ; dinosaurs had feathers ; the earth is old ; other people have minds
anything: poetry can't say ; that everyone agrees on ; you would never write about ; more mysterious than time ; that has no opposite
length: short ; long ; 200-word ; funny ; sad ; scary ; bedtime
story: a clumsy knight who guards a bridge ; a dog who opens a bakery ; the first settlers of an icy planet ; a lighthouse keeper's secret ; twins who swap lives ; a war between toys ; a girl who finds a talking river ; a robot that falls in love ; a family that lives in a submarine ; a thief who returns things
story_prompt: "The last library closed today, and the books walked out." ; "Every lie you tell leaves a small mark." ; "The moon was let to a family of four." ; "You wake up and all clocks show noon."
story_kind: a murder mystery ; a romance ; a space opera ; a heist story ; a ghost story
poem: autumn ; my cat ; the sea at night ; growing up ; lost friends ; coffee ; rain ; my hometown ; hope ; silence ; courage
style: a lullaby ; a sea shanty ; heavy metal ; a country ballad ; old blues ; a musical
essay: the importance of communication ; climate change ; why we read ; social media and youth ; the value of failure ; friendship ; technology and loneliness ; honesty in politics ; good habits for children ; art and censorship
letter: S ; the letter B ; W ; the letter M
letter_to: the school board ; my future self ; Santa Claus ; an old teacher ; my landlord ; the editor ; my best friend
letter_prof: professor ; manager ; neighbour ; coach
letter_about: inviting them to tea ; asking for feedback ; asking for a second chance ; about a misunderstanding ; apologising for being late ; explaining why I resign
name: Dana Wells ; Luis Prieto ; Mei Tan ; Ade Bello
job: product manager ; librarian ; bus driver ; data analyst ; florist ; policeman ; kindergarten teacher
num: 3 ; five ; 10 ; seven ; four
bio: a 31-year-old baker who loves climbing ; an introverted astronomer ; me: a nurse, two cats, bad at cooking ; a divorced dad with a boat
advert: a pillow that wakes you gently ; lemonade sold by kids ; a pottery class ; a tiny bookshop ; a new kind of chewing gum ; a bicycle with no chain ; handmade candles
own: a small bakery ; a dog walking business ; a fencing club ; a bike shop ; a tea house
ad_text: the tweet ; a catchy line ; a short radio spot ; a flyer text ; a motto
speech: my best friend's wedding ; a school graduation ; a retirement party ; a chess club's anniversary
script: a comedy sketch about meetings ; a debate between a cat and a dog ; a short film set in a lift ; a soap opera about vegetables ; a puppet show
role_play: a pirate captain ; a Roman soldier ; a life coach ; a grumpy wizard ; a therapist ; a philosophy teacher ; a medieval queen ; a talking tree ; a travel guide ; a strict English teacher ; a motivational speaker ; an alien visiting Earth ; a night nurse ; a stand-up comedian ; a ghost
role_line: Greet the crew. ; Ask me how I feel. ; Answer only in rhyme. ; Correct my sentences. ; I will ask about life. ; Convince me to buy a pen. ; Tell me about your home. ; Give me advice on love. ; Stay in character.
novel_ask: Write an outline. ; What could the first chapter be? ; How should it end? ; Help me name the hero. ; What conflict would fit?
title_for: a poem about two brothers ; my memoir ; a blog about slow living ; an album of sad songs ; a painting of the sea ; a talk on failure
name_for: a golden retriever ; a moon colony ; a coffee shop ; a fantasy kingdom ; a rock band ; a villain ; a board game ; twin girls
joke_about: accountants ; cheese ; programmers ; a duck in a bar ; mondays ; lawyers ; ghosts ; my bad cooking
joke: Why did the bicycle fall over? It was two tired. ; Knock knock. Who's there? Lettuce. Lettuce who? Lettuce in. ; I would tell you a time travel joke but you didn't like it.
topic: octopuses ; the Vikings ; sleep ; chocolate ; left-handed people ; volcanoes ; medieval cats ; the moon ; laughter ; chess ; penguins ; honey ; castles
myth: why the sea is salty ; the first thunder ; why cats land on their feet ; the phases of the moon ; where echoes live
invent: holiday ; sport ; language ; superhero ; insect ; cocktail ; kingdom ; card game
design_t: secret society ; fantasy creature ; perfect school ; boarding game for two ; utopian city ; family motto
ideas: a birthday party ; a science fair ; a blog ; rainy day activities ; a first date ; a team-building day ; saving energy ; a comic strip ; a costume ; a startup in education ; my wife's anniversary
suggest: hobbies ; conversation starters ; books of the classics ; stretches ; names ; mottos ; pranks
suggest_for: a group of ten ; a shy child ; a long train ride ; a retired couple ; a classroom ; a rainy Sunday
questions: open a chat with a stranger ; ask at an interview ; get to know my grandparents ; ask on a first date ; test knowledge of history
list_of: literary genres ; things to do on a Sunday ; noble virtues ; figures of speech ; ancient wonders ; words for snow ; reasons to be cheerful ; types of irony ; superstitions ; famous paradoxes ; team sports ; yoga poses
improve: plan my days better ; become more confident ; write better essays ; learn to draw ; be a better listener ; stop procrastinating ; sleep better ; save money ; get in shape ; make new friends ; feel less stuck ; speak in public ; open a small shop ; memorise poems ; unwind after a long shift
howto: tie a tie ; remove a wine stain ; boil an egg ; apologise sincerely ; get limescale off a kettle ; start meditating ; whistle with two fingers ; fold a paper plane ; end a friendship kindly ; keep houseplants alive ; ask someone out ; polish shoes ; get a stubborn jar open ; teach a dog to sit ; write a thank-you card
strategy: backgammon ; chess openings ; negotiating a raise ; poker ; rock paper scissors ; Scrabble ; checkers ; hide and seek
tips: public speaking ; first-time parents ; a job interview ; writing dialogue ; growing tomatoes ; long-distance relationships ; learning Latin ; keeping a diary ; travelling alone ; surviving a boring lecture
feeling: lonely ; overwhelmed ; anxious ; proud ; jealous ; exhausted ; happy ; stuck ; a bit lost ; guilty ; homesick ; heartbroken
feeling_you: funny ; quiet ; too serious ; very helpful ; wrong
because: my best friend moved away ; I failed my exam ; I got promoted ; nobody called on my birthday ; my dog died ; I can't get anything finished ; my ideas get ignored ; I start a new job tomorrow
because_c: I had a fight with my best friend ; I think I'm falling for my coworker ; I don't enjoy anything lately ; I just became a father ; I miss my grandmother ; I can't forgive myself ; I feel like a fraud at work
feel_ask: Any advice? ; What should I do? ; How do I deal with this? ; Can you cheer me up? ; Is that normal? ; I just need someone to talk to. ; Any ideas? ; Tell me it gets better.
relation: boss ; roommate ; sister ; neighbour ; girlfriend ; mother-in-law ; friend ; employee ; teacher
rel_does: takes credit for my work ; never says thank you ; turns every chat into a quarrel ; borrows money and forgets ; ignores me ; wants me to quit my hobby ; keeps gossiping about me ; reads my messages ; talks only about himself ; stopped speaking to me
rel_ask: How should I handle it? ; What would you do? ; Am I wrong? ; How can I bring it up? ; Is it time to leave? ; Should I confront them? ; What do I say?
age_s: 27F ; 24M ; 19, student ; 45F
work_problem: I was promoted over a friend and now he is cold to me. ; I got two job offers, one pays more and one is fun. ; My team is all older than me and nobody listens. ; I have to fire someone I like. ; At university people mock my accent and it hurts. ; We argue in every meeting. ; I'm the only one over sixty in the office.
legal_advice: Can a shop refuse to take cash? ; Is a handshake deal a contract? ; What is the difference between theft and robbery? ; May a landlord keep the deposit for small scratches? ; Do I own the photos that others take of me? ; What does "beyond reasonable doubt" mean?
health_advice: why do my knees crack when i squat ; Is it bad to crack your knuckles? ; how much water should a person drink ; What helps against hiccups? ; Why do I get headaches on weekends? ; Is it ok to exercise with a cold?
home_problem: My cellar is damp, what helps? ; The bathroom mirror fogs up all the time. What can I do? ; There are ants in my kitchen, any home remedies? ; My radiator makes a knocking noise, what could be the reason? ; My white shirts turn grey. How do I prevent it?
plant_problem: The leaves of my basil turn yellow although I water it. Why? ; My orchid dropped all its buds, what did I do wrong? ; Can I grow avocado from a pit? ; Why does my cactus lean to one side?
career: Is a philosophy degree worth it? ; How do I explain a gap in my CV? ; Should I become a nurse or a teacher? ; Is it too late to learn programming at 50? ; What does a project manager actually do? ; How do translators find their first clients?
parenting: My toddler refuses vegetables. Any tricks? ; How do I talk to my son about death? ; At what age should kids do chores? ; My daughter lies about small things, what now? ; How much screen time is fine for a ten-year-old?
study_problem: I can't focus when I study. Any ideas? ; How do I write a literature review? ; What is a good thesis statement for an essay on fear? ; How should I prepare for an oral exam? ; My supervisor never answers, how do I react?
food: rice ; parsnips ; eggs ; butter ; salmon ; chickpeas ; lemon ; onion ; dark chocolate ; figs ; fennel ; goat cheese ; mushrooms
dish: a soft-boiled egg ; pizza dough ; pad thai ; hummus ; shakshuka ; an omelette ; miso soup ; pancakes
meal: breakfast ; a late dinner ; lunch at work ; a picnic
meal_cond: has no nuts ; is filling but light ; needs no stove ; has lots of protein and no dairy
colour: ochre ; mustard yellow ; burgundy ; sage green ; navy
place: Porto ; Kyoto ; Lisbon ; Edinburgh ; Prague ; Hanoi
people_s: a beginner ; a nervous groom ; an old teacher ; a shy teenager ; a tired nurse ; a new mother ; a retired sailor
exercise: a plank ; lunges ; push-ups ; a headstand ; rowing
lesson: fractions ; the poems of Rilke ; the water cycle ; World War II ; music theory ; chess ; the stories of Kafka ; knitting ; ethics
imagine: Describe a day. ; What would be the first law? ; Write a diary entry. ; Who would benefit? ; Write a short script.
word_game: twenty questions ; word association ; hangman ; would you rather ; two truths and a lie ; a text adventure
debate: banning cars in cities ; free public transport ; school uniforms ; the death penalty ; universal basic income ; space travel ; animal testing
design: a tax form that nobody hates ; a fair voting system ; a bus network for a small town ; a game that teaches patience ; an inclusive playground ; a recommendation system ; a library for the future
would: survive a week on an island ; spend a million dollars ; change schools ; explain the internet to a medieval king ; punish a liar ; convince a sceptic
philo: free will ; consciousness ; beauty ; evil ; time ; identity ; the good life ; truth ; luck ; the soul
program: prints the primes up to 100 ; reverses a string ; checks for palindromes ; counts vowels ; sorts names by length ; prints a triangle of stars ; solves the Tower of Hanoi ; merges two sorted lists
lang: Python ; Java ; C++ ; JavaScript ; Rust ; Haskell ; Go ; Perl
algo: binary search ; quicksort ; a linked list ; breadth-first search ; the sieve of Eratosthenes ; bubble sort ; memoisation
code: def f(n):\n    return 1 if n == 0 else n * f(n - 1) ; for i in range(10): print(i ** 2) ; while (lo < hi) ⟦ mid = (lo + hi) / 2; ⟧ ; x = [a for a in xs if a % 2] ; public int add(int a, int b) ⟦ return a - b; ⟧ ; const twice = f => x => f(f(x));
code_howto: swap two variables ; copy a dictionary ; read input from the keyboard ; break out of two loops ; compare strings ; write a lambda ; handle exceptions ; declare a constant
tech_pair: a list and a tuple ; a class and an interface ; == and is ; a pointer and a reference ; a thread and a process
tech: Docker ; Git ; a hash map ; a queue ; REST ; a compiler ; functional programming ; a neural network ; dynamic programming
regex: hold exactly two dashes ; contain only vowels ; look like a year ; begin with a capital letter
sql: count users by country ; find the second highest salary ; list books without an author ; join orders and customers
plain: I can't come to the party tonight. ; Where is the train station? ; The results were better than we expected. ; You should have told me earlier. ; My brother lost his keys again. ; We need to talk about the plan. ; This soup is too salty.
language: French ; Latin ; German ; Japanese ; Spanish ; Swahili ; Italian
tone: formal ; friendly ; polite ; confident ; poetic ; casual
passage: Geology studies how rocks form and what they tell about the past. ; The old mill stood empty for years until two sisters turned it into a bakery. Today, half the village buys its bread there. ; Composers have written for the piano for three centuries, yet its sound still surprises. ; When the bridge collapsed in 1911, the town lost its only road to the coast, and many families left. ; Anna met Jonas in Vienna, and they moved to Oslo with their dog. ; The coach resigned after the team lost its ninth game; fans in Porto were relieved. ; Doctors observed that patients who walked daily recovered sooner than those who rested. ; Olive harvests failed twice, and by autumn the price of oil had doubled. ; He loved the sea, but it was the harbour, with its ropes and noise, that he missed.
passage_mail: Dear Mr Baum, the seminar went well and the guests would like to return in May. Could we talk about dates? Best, Jan ; Hello, we noticed a problem with your account, click here to claim your refund. ; Hi all, the printer on the third floor is broken again. Please use the one downstairs. Thanks, Kim ; Dear professor, I missed the lecture because of the strike. May I hand in my paper a day later?
bad: She don't like no vegetables. ; Their going to the cinema tomorow. ; I have went there last year. ; Him and me is best friends. ; The informations was very useful. ; If I would knew, I would of called.
fact_claim: Columbus set sail in 1592. ; Bats are blind. ; Mount Kilimanjaro is in Kenya. ; The heart has four chambers. ; Goldfish have a memory of three seconds. ; Olive oil got cheaper.
review: The waiter was rude but the pasta was divine. ; Fell apart after a week. ; A masterpiece, I cried twice. ; It does what it says, no more.
bad_mood: Wow, you finally did the dishes. ; Some of us have real work to do. ; Fine, do whatever you want. ; Must be nice to have free time. ; No worries, I'll do it all myself again.
personality: I am calm and enjoy routine. ; I chat with everyone and mix up numbers. ; I love risk and hate paperwork. ; I'm shy but very precise.
behaviour: humming at work ; yawning ; nail biting ; bragging ; blushing ; queueing
list_adj: Summer / Winter ; Cats / Dogs / Owls ; Kings / Beggars ; Opera / Punk
oddlist: rose, tulip, carrot, lily ; warm, hot, boiling, tepid ; violin, cello, flute, viola ; angry, furious, annoyed, upset
oddlist_n: 17, 4, 220, -9 ; 1e3, 45, 999 ; 0.5, 0.45, 0.405
mcq: A good friend is mostly a) rich b) loyal c) tall ; If all bloops are razzies, are all razzies bloops? a) yes b) no ; Where does a king live? castle, igloo, tent
logic: Tom is older than Ann. Ann is older than Raj. Who is the youngest? ; If it is raining the ground is wet. The ground is wet. Is it raining? ; A farmer has a wolf, a goat and a cabbage. How does he cross? ; What has keys but cannot open locks? ; Three people shake hands with each other once. Explain how to count the handshakes.
country: Peru ; Vietnam ; Morocco ; Poland ; Ethiopia
rank: Mozart, Salieri, Bach ; Vienna, Graz, Linz ; Paris, Lyon, Nice ; Hamlet, Macbeth, Cymbeline
triples: Ada Lovelace - born in London - wrote notes on the engine ; Oak Street Cafe - serves tea - by the river ; Frida Kahlo - painter - lived in Mexico City
phrase: say that I'm very happy ; politely refuse ; break the ice ; express regret ; end a talk
say_when: a friend loses a pet ; someone interrupts me ; I forget a name ; my boss praises me ; a date goes badly
overrated: Easter ; weddings ; university ; camping ; New Year's Eve ; brunch
best_of: chess ; opera ; Romeo and Juliet on film ; the Cinderella story ; solitaire
makes: football ; true crime ; sushi ; yoga ; Minecraft ; Shakespeare ; coffee
smell: rain ; an old book ; the sea ; a bakery at dawn ; fresh snow
vivid: a sunset over the harbour ; an abandoned school ; a crowded market ; a storm in the desert
cultures: wedding customs ; ways of counting ; table manners ; mealtimes ; bedtimes ; greetings
tradition: kissing under the mistletoe ; shaking hands ; wearing white at weddings ; birthday cakes ;  Sunday roasts ; the high five
illness: the flu ; measles ; anaemia ; migraine ; hay fever ; burnout
bio_part: the liver ; red blood cells ; sleep ; insulin ; the spleen ; cholesterol
nature: bears ; frogs ; cacti ; penguins ; trees ; bees
season: winter ; a drought ; the desert ; long nights
budget_for: a student in a shared flat ; a couple with a baby ; a weekend trip by car ; a person on a small pension ; a family of five
car_fix: bleed the brakes ; change a tyre ; jump-start a car ; fix a bike chain ; unfreeze a lock ; get gum out of a car seat
small_thing: spare buttons ; rubber bands ; old batteries ; candles ; the good scissors ; a tape measure
go_to: hear stories ; get help with a form ; watch people ; be alone ; learn to dance ; give away books
estimate: haircuts happen in a day ; pianos are there in a big city ; leaves does an oak have ; words do I speak in a day ; eggs are eaten at breakfast worldwide
news_line: The carmaker recalls two models. ; The bank hires a new head from a rival. ; The start-up doubles its orders. ; A judge stops the merger.
extract_n: verb ; place ; date ; person ; cause ; adjective
word_cat: hammer ; plum ; harbour ; otter ; saw ; attic
facts_p: lamp, brass, 40 cm, warm light ; tea, smoky, from the north, 100 g ; rucksack, 20 litres, waterproof, red
product_f: a phone without a screen ; a car that folds ; the next big console ; shoes that tie themselves
villain: a jealous king ; a kidnapper who has doubts ; the wolf in the fairy tale ; a traitor ; a bank robber on the run
ratings: 200 essays ; eighty sketches ; ninety film scenes ; forty interviews
stat_when: the groups are small ; the data are ranks ; I compare three means ; the same people are measured twice
who_place: young musicians ; chess players ; shy people ; retired couples ; painters
place_do: train ; meet friends ; settle down ; practise ; spend a summer
become: publish a novel ; adopt a child ; become a judge ; open a cafe ; change career
become_a: a pilot ; a midwife ; an opera singer ; a diplomat ; a locksmith ; an astronaut
personality_v: hates noise ; loves order ; is easily bored ; likes children ; fears heights
ancients: Rome ; Egypt ; Greece ; China ; Babylon
law_on: debts ; marriage ; theft ; inheritance
law_thing: a constitution ; a jury ; copyright ; a minimum wage ; a passport ; bail
ail: a sore throat ; hiccups ; a sunburn ; insomnia ; a blocked nose ; a stiff neck
happens: a friend moves away ; you forget your lines on stage ; a glass falls on stone ; two rivals have to share a desk ; somebody whistles in the dark ; you meet an old teacher ; a child finds a coin
symbol: a green light ; the raven ; water ; a rose ; winter ; a mirror
poem_lines: The lamp burns low, the door stands wide / and no one comes from the other side. ; I planted joy in a broken pot / it grew in a place where I could not.
""")
