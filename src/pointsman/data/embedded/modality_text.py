"""Text that asks for a text answer: questions, code, essays, tasks with inputs, chat, in many registers.

`PATTERNS` holds one template a line (`\\n` stands for a line break); `FILLERS` the words of its slots; more of
both, technical and in other languages, in `modality_text_more`. Also holds the near misses: text about
images, drawing in other senses, descriptions in words.
"""

from __future__ import annotations

PATTERNS = r"""
What is {concept}?
what is {concept} and why does it matter
what's the difference between {pair}?
Explain {concept} to {audience}.
Can you explain {concept} in simple terms?
How does {concept} work?
how do {concept_pl} work, in short
Why {why_q}?
why {why_q}
Who {who_q}?
When {when_q}?
{is_q}?
is it true that {claim}?
Do you think {opinion_q}?
Should {should_q}?
What would happen if {counterfactual}?
What if {counterfactual_past}?
How many {howmany}?
how long does it take to {long_task}
What are the main causes of {event_h}?
What are some good {rec_things} for {audience_r}?
What's a sensible way to {skill}?
How can I {skill}?
how to {skill} when {obstacle}
How do I {howto_soft}?
Give me {n} tips for {gerund}.
give me {n} ideas for {idea_for}
List {n} {list_things}.
List the pros and cons of {proscons}.
Name {n} {list_things} and say in one sentence why each matters.
Compare {pair} in terms of {criterion}.
Compare and contrast {pair}.
Describe the {describe_n} of {describe_of}.
Discuss the {discuss_n} of {discuss_of}.
Tell me about {topic}.
tell me a {tell_kind} about {tell_topic}
Write a {length} essay on {essay_topic}.
Write an essay arguing that {claim}.
Write a {genre} story about {story_about}.
Write a short story in which {story_event}.
Write the opening paragraph of a {genre} novel set in {setting}.
Write a poem about {poem_topic}.
Write a haiku about {poem_topic}.
Write a limerick about {who_funny}.
Write song lyrics about {poem_topic} in the style of {music_style}.
Write a dialogue between {dialog_a} and {dialog_a} about {topic}.
Write a scene where {dialog_a} meets {dialog_a} in {setting}. Focus on the dialogue.
Continue the story: {story_start}
Write a monologue for {dialog_a} who {char_trait}.
Write a {email_kind} email to {recipient} about {email_topic}.
Draft a {email_kind} message telling {recipient} that {email_fact}.
Write a cover letter for a {job} position.
Write a product description for {product}.
write a tweet announcing {announce}
Write a blog post titled "{blog_title}".
Write a {length} article on {topic} for {publication}.
Write a speech for {occasion}.
Write a toast for {occasion}, {tone}, under two minutes.
Write a press release about {announce}.
Write a job ad for a {job}.
Write a performance review for a {job} who {char_trait}.
Write a lesson plan for {lesson}.
Write {n} quiz questions on {lesson} with answers.
Create a study plan for {exam}.
Create a weekly meal plan for {audience_r}.
Create a {n}-day itinerary for {city}.
Plan a {occasion_plan} on a small budget.
Make a packing list for {trip}.
Make a table of {table_of}.
Make a to-do list for {project}.
Make up a riddle whose answer is {riddle}.
Come up with {n} names for {name_for}.
Come up with a slogan for {product}.
Brainstorm {idea_for}.
Suggest a {suggest} for {audience_r}.
suggest me {n} {rec_things}
Recommend {n} {rec_things} similar to {rec_like}.
Give a synonym for "{word}" that fits in a formal letter.
Define the word "{word}" and use it in a sentence.
What is the etymology of "{word}"?
What does "{idiom}" mean?
What rhymes with {word}?
Fix the grammar: {bad_sentence}
Correct the spelling in this sentence: "{bad_sentence}"
Rewrite this to sound more {tone_adj}: {plain_sentence}
Rephrase: "{plain_sentence}"
Paraphrase the following.\n\n{paragraph}
Make this shorter:\n{paragraph}
Summarize the text below in {n} bullet points.\n\n{paragraph}
summarise: {paragraph} {paragraph}
TL;DR this for me: {paragraph}
Read the passage and answer the question.\n\nPassage: {paragraph}\n\nQuestion: what is the main claim?
{paragraph}\n\nWhat is the tone of this text?
{paragraph}\n\nBased on this, list three follow-up questions.
Translate "{plain_sentence}" into {language}.
Translate the following paragraph to {language}:\n\n{paragraph}
How do you say "{plain_sentence}" in {language}?
Conjugate the verb "{verb}" in {language}.
Is this review positive or negative?\n\n{review}
Classify the sentiment of this tweet as positive, neutral or negative.\nTweet: {review}
Decide whether the following statement is a fact or an opinion. Output only one word.\n\n{claim_s}
Label each sentence as {label_a} or {label_b}.\n1. {plain_sentence}\n2. {claim_s}
Extract all {entities} from the text and return them as JSON.\n\n{paragraph}
Given a {given}, {given_task}.\n\nInput: {given_input}
You are given a {given}. {given_task_c}.\n\n{given_input}
In this task you will see a {given}. {given_task_c}.\n\n{given_input}
For the {given} below, {given_task}.\n\n{given_input}
Convert {conv_from} to {conv_to}.
Convert this list into a markdown table:\n{list_input}
Sort these alphabetically: {list_input}
Which of these does not belong: {list_input}?
Fill in the blank: {blank}
Complete the sentence: {blank_start}
Answer with yes or no: {is_q}?
Choose the correct option. {mcq}
True or false: {claim}.
Solve for x: {equation}
Solve {equation} and show your steps.
What is {arith}?
calculate {arith}
{wordproblem}
{wordproblem} Show your reasoning.
Find the derivative of {func}.
Integrate {func} from 0 to 1.
Prove that {theorem}.
What is the next number in the sequence {sequence}?
{logic_puzzle}
A {object_p} is {physics}. What is its {quantity}?
Calculate the {quantity} of {chem}.
Balance the equation: {chem_eq}
Write a {lang} function that {code_task}.
write a {lang} script to {code_task_inf}
Implement {algorithm} in {lang}.
How do I {code_task_inf} in {lang}?
how can i {code_task_inf} using {lib}
What does this code do?\n\n{code}
Find the bug:\n```\n{code}\n```
Explain this {lang} code line by line.\n{code}
Rewrite the following in {lang}:\n\n{code}
Refactor this so it is easier to test.\n\n{code}
Add comments to this code: {code}
I get this error: {error}. What is wrong?
{error}\n\nwhat does this mean and how do i fix it
Write unit tests for {code_thing}.
Write a SQL query that {sql_task}.
optimise this query: {sql}
Write a regular expression that matches {regex_of}.
Write a bash one-liner to {code_task_inf}.
Give me a {cfg} for {cfg_for}.
Explain the difference between {tech_pair}.
Which is better for {tech_use}: {tech_pair}?
Design a database schema for {app}.
Design the architecture of {app} that must handle {load}.
Review my system design for {app}.
what {lang} libraries should i use for {tech_use}
Build a simple web page with HTML and CSS for {app}.
Write SVG or canvas code in {lang} that animates a bouncing ball.
Write the code of a small {game} game in {lang}.
Act as {role}. {role_task}
You are {role}. {role_task}
I want you to act as {role}. {role_task} My first sentence is "{plain_sentence}"
Pretend you are {dialog_a} and answer my questions about {topic}.
Let's play {textgame}. You start.
Let's role-play: you are {dialog_a}, I am {dialog_a}.
Generate {gen_text}.
Generate a list of {n} {list_things}.
generate {gen_text} for {use_text}
Create {gen_text} for {use_text}.
Produce {gen_text}.
I {feel} because {feel_why}. {feel_ask}
{chat}
My {relation} {rel_problem}. What should I say?
Is it normal that {symptom}?
What are the symptoms of {disease}?
{legal_q}
{money_q}
{career_q}
What is the capital of {country}?
Give a brief history of {history_of}.
Explain the significance of {history_of}.
What did {thinker} mean by {idea}?
Summarize the plot of {book}.
Who is the main character of {book} and how do they change?
What is the theme of {book}?
Explain the joke: {joke}
Tell me a joke about {who_funny}.
Recipe for {dish} please, I have no {ingredient}.
How long should I cook {dish}?
What can I cook with {ingredient}, {ingredient} and {ingredient}?
Write a vivid description of {vivid}.
Describe {vivid} in {length} words, using all five senses.
Describe, in prose, what {vivid} looks like.
Write a paragraph that paints a picture of {abstract_t} for readers who have never seen it.
Paint a picture of {abstract_t} in {n} sentences.
Describe the appearance of {vivid_char} for a novel.
Write a detailed physical description of {vivid_char}.
Write image alt text rules for {use_web}.
Write a caption for an Instagram photo of {vivid_short}.
Write {n} captions for my picture of {vivid_short}.
What is the story behind the painting {painting}?
Who painted {painting} and when?
What do you think {painting} is meant to say?
Explain the brushwork in {painting}.
Compare {art_pair} as art movements.
What are the characteristics of {art_style} painting?
How did {art_style} influence {influence}?
What is the best camera setting for {photo_task}?
How does {photo_thing} affect a photo?
What lens should I buy for {photo_task}?
How do I improve at drawing {draw_what}?
How long does it take to learn to {art_verb}?
I am learning to {art_verb}, which books do you recommend?
Write a prompt I could give an image generator for {vivid_short}.
How do text-to-image models such as diffusion models work?
What are the copyright issues with {gen_art}?
What does the red circle mean on a {sign_t}?
What conclusions can we draw from {evidence}?
Draw a conclusion from the following data: {list_input}
Draw parallels between {pair}.
draw a comparison between {pair} in plain words
Draw up a contract for {contract}.
Draw on your knowledge of {topic} to answer: {is_q}?
How do I draw the line between {line_between}?
What is the probability of drawing {cards} from a deck?
How do I build a docker image for {app_d}?
My docker image is {docker_problem}. How do I fix it?
docker: {docker_error}
How do I resize an image in {lang}?
Write {lang} code for {image_proc}.
how do i {image_code} with {image_lib}
Explain how {image_algo} works.
Fine-tune an image classifier on {dataset}: write the training loop in PyTorch.
Write CSS that {css}.
Write a matplotlib snippet that plots {plot_of}.
What is a disk image and how do I mount one on {os}?
In linear algebra, what is the image of {la}?
How does a mirror form an image, and what is the {optics}?
How can a company repair its public image after {scandal}?
How does body image affect {audience}?
What does "a picture is worth a thousand words" mean?
Picture this: {scenario}. What do you do?
Picture the following scenario and advise me: {scenario}.
Imagine that {imagine_that}. {imagine_ask}
Imagine you are {dialog_a}. {imagine_ask}
Imagine a world where {counterfactual}. {imagine_ask}
Sketch an argument for why {claim}.
Sketch out a plan for {project}.
Outline {outline_of}.
Illustrate with an example what {concept} means.
Illustrate your answer with quotations: what is the theme of {book}?
Give an overall picture of {abstract_t}.
What is the big picture behind {history_of}?
Frame this as a question: {claim_s}
Design an experiment to test whether {claim}.
Design a {design_text} for {audience_r}.
Design a marketing strategy for {product}.
Create a character backstory for {vivid_char}.
Create a D&D {dnd} for {vivid_char}.
Write a screenplay scene: {scenario}
Write a YouTube script about {topic}.
Write a film review of {book}.
Write the rules of a board game about {story_about}.
{context_sentence} {context_ask}
{context_sentence} {context_sentence_b} {context_ask}
hi {chat_ask}
{chat_ask}
{lang_ru}
{lang_zh}
{lang_es}
{lang_fr}
{lang_de}
{lang_ja}
{followup}
{ui_task}
# Task\n{given_task_c}.\n\n# Input\n{paragraph}\n\n# Output format\n{out_format}
Instruction: {given_task}\nInput: {given_input}\nOutput:
Here is my {doc}:\n\n{paragraph}\n\nPlease {doc_task}.
Please {doc_task}: "{paragraph}"
{paragraph} {doc_ask}
Use the following notes to write {gen_text}:\n- {claim_s}\n- {plain_sentence}\n- {claim_s}
Answer as a {role_short}: {context_ask}
Q: {is_q}?\nA:
I have a spreadsheet where {sheet}. How do I {sheet_task}?
excel formula to {sheet_task}
"""

FILLERS: dict[str, tuple[str, ...]] = {}


def _add(block: str) -> None:
    """Read `name: filler; filler; …` lines into `FILLERS`; `\\n` in a filler is a line break, ⟦ ⟧ are braces of code."""
    for line in block.strip().splitlines():
        name, _, words = line.partition(":")
        FILLERS[name.strip()] = tuple(w.strip().replace(r"\n", "\n") for w in words.split(" ; "))


_add(r"""
concept: photosynthesis ; inflation ; a black hole ; quantum entanglement ; blockchain ; the placebo effect ; gradient descent ; natural selection ; compound interest ; cognitive dissonance ; the greenhouse effect ; public key cryptography ; a mortgage ; the Doppler effect ; supply and demand ; entropy ; a hash table ; CRISPR ; herd immunity ; game theory ; the Coriolis effect ; backpropagation ; stoicism ; a REST API ; double jeopardy ; plate tectonics ; opportunity cost ; survivorship bias ; dark matter ; utilitarianism ; osmosis ; the Krebs cycle ; a monad ; Bayes' theorem ; impostor syndrome ; a filibuster
concept_pl: vaccines ; noise cancelling headphones ; index funds ; airplanes ; tides ; transformers in machine learning ; batteries ; satellites ; magnets ; credit scores ; refrigerators ; dreams ; enzymes ; search engines ; touch screens
pair: mitosis and meiosis ; TCP and UDP ; socialism and communism ; a virus and a bacterium ; Kant and Hume ; renting and buying ; cats and dogs ; lists and tuples ; baking soda and baking powder ; empathy and sympathy ; the French and American revolutions ; weather and climate ; speed and velocity ; stocks and bonds ; Android and iOS ; jazz and blues ; whisky and bourbon ; affect and effect ; causation and correlation ; the Iliad and the Odyssey ; solar and wind power
audience: a five-year-old ; my grandmother ; a high school student ; a new engineer ; teenagers ; someone with no background ; a manager ; young athletes
why_q: is the sky blue ; do cats purr ; did the Roman Empire fall ; do we dream ; does ice float ; do people believe conspiracy theories ; is the sea salty ; do leaves change colour in autumn ; does bread go stale ; do we have leap years ; is gold valuable ; are flamingos pink ; does metal feel colder than wood ; do onions make me cry ; is my sourdough so dense ; do some languages have genders ; is housing so expensive in big cities ; do men and women shop differently
who_q: invented the telephone ; was the first woman in space ; wrote Don Quixote ; discovered penicillin ; won the Hundred Years' War ; founded Buddhism ; is considered the father of economics ; was the most influential philosopher of the 20th century
when_q: did the Berlin Wall fall ; was the printing press invented ; do tomatoes ripen ; should I use a semicolon ; did humans first arrive in Australia ; is the best time to ask for a raise
is_q: is a hot dog a sandwich ; can dogs eat grapes ; is free will an illusion ; does cold weather cause colds ; is Pluto a planet ; can you be allergic to water ; was Napoleon short ; do fish feel pain ; is it safe to reheat rice ; are zoos ethical ; can money buy happiness ; is graph colouring NP-complete ; does sugar make children hyper
claim: honey never spoils ; we only use ten percent of our brain ; homework should be abolished ; remote work makes people more productive ; carrots improve night vision ; voting should be mandatory ; social media harms teenagers ; lightning never strikes twice ; cities should be free of cars ; the universe is expanding ; music helps concentration ; nuclear power is safe ; zebras are white with black stripes
claim_s: The Great Wall can be seen from space. ; Pineapple belongs on pizza. ; Water boils at 100 degrees at sea level. ; Our team shipped the release two weeks late. ; Cats sleep more than dogs. ; The museum opens at nine. ; Sales rose in the third quarter. ; Nobody likes Mondays.
opinion_q: AI will replace teachers ; tipping should be abolished ; aliens exist ; art needs an audience ; modern music is worse than older music ; we live in a simulation ; homework is useful ; money is the root of all evil ; machines can be conscious
should_q: I learn Rust or Go ; children have phones at school ; the state fund the arts ; I quit my job without another offer ; we colonise Mars ; I buy an electric car ; the voting age be lowered ; I refinance my house ; historical novels be accurate
counterfactual: the moon disappeared ; everyone could read minds ; oil ran out tomorrow ; humans stopped sleeping ; gravity doubled ; money did not exist ; time ran backwards ; animals could talk
counterfactual_past: Rome had never fallen ; the printing press had been invented in China first ; the dinosaurs had survived ; Tesla had beaten Edison ; Constantinople had not been taken ; the internet had come in 1900
howmany: bones does a human have ; moons does Jupiter have ; words are in the average novel ; times does the heart beat in a year ; golf balls fit in a bus ; languages are spoken in India ; countries are in the EU ; piano tuners work in Chicago
long_task: learn Spanish ; boil an egg ; get to Mars ; become a pilot ; recover from a sprained ankle ; read War and Peace ; get a patent ; compost leaves
event_h: World War I ; the 2008 financial crisis ; the French Revolution ; soil erosion ; burnout ; inflation ; the fall of the Ottoman Empire ; migraine ; the Great Depression ; deforestation
rec_things: science fiction novels ; podcasts ; board games ; icebreakers ; date ideas ; hobbies ; documentaries ; indie games ; breakfasts ; team activities ; interview questions ; stretches ; plants ; gifts ; journaling prompts
audience_r: a beginner ; a family of four ; a shy teenager ; a vegetarian ; someone who works nights ; an elderly man ; a group of ten ; a busy parent ; a first-year student ; a remote team ; a couple on a budget
skill: learn a new language ; manage my time ; stop procrastinating ; memorise vocabulary ; negotiate a salary ; sleep better ; get over a breakup ; save money ; train a puppy ; write better ; build a habit ; study for finals ; run a meeting ; handle criticism ; get rid of ants ; focus at work ; make friends in a new city ; remove rust from a pan ; prepare for an interview
obstacle: I have no time ; I am broke ; I live alone ; I have ADHD ; I work nights ; nothing has worked so far ; I hate it
howto_soft: ask my boss for a day off ; choose a thesis topic ; cancel a gym contract ; say no politely ; start a blog ; deal with a noisy neighbour ; tell my parents I failed ; get my cat to eat ; improve my credit score ; write a will ; stop overthinking ; become a data analyst ; end a letter ; cite a website
n: 3 ; 5 ; ten ; five ; 7 ; 10 ; four ; 20
gerund: public speaking ; living with roommates ; growing tomatoes ; working from home ; reading faster ; reducing stress ; buying a used car ; travelling with kids ; giving feedback ; learning chess ; writing dialogue
idea_for: a science fair project ; a birthday party ; a side business ; my next blog post ; a novel plot ; a YouTube channel ; a team offsite ; saving energy at home ; a charity event ; a phone app ; a short film ; reducing food waste
list_things: renewable energy sources ; Greek gods ; countries without an army ; logical fallacies ; HTTP status codes ; famous mathematicians ; uses for vinegar ; Shakespeare plays ; interview questions ; noble gases ; startup ideas ; words that end in "ough" ; rivers of Europe ; cognitive biases ; pasta shapes ; chess openings
proscons: working remotely ; electric cars ; a four-day week ; nuclear energy ; homeschooling ; microservices ; owning a dog ; renting ; an MBA ; being self-employed
criterion: cost ; performance ; history ; difficulty ; ethics ; ease of learning ; long-term effects
describe_n: process ; structure ; role ; main features ; advantages ; history ; life cycle
describe_of: photosynthesis ; the United Nations ; a cell membrane ; the stock market ; a butterfly ; the Supreme Court ; object-oriented programming ; the Silk Road ; a supply chain
discuss_n: impact ; ethics ; causes ; limits ; future ; importance ; challenges
discuss_of: artificial intelligence in medicine ; globalisation ; gene editing ; social media ; the gig economy ; urbanisation ; space travel ; antitrust law ; mass tourism ; surveillance ; inclusive transport
topic: the Silk Road ; machine learning ; mental health at work ; the history of coffee ; renewable energy ; medieval medicine ; jazz ; minimalism ; quantum gravity ; parenting ; ocean plastic ; the Cold War ; fermentation ; chess ; immigration ; volcanoes ; cryptocurrency ; Norse mythology ; sleep ; data privacy
tell_kind: bedtime story ; fun fact ; joke ; short story ; riddle ; scary story ; fact
tell_topic: pirates ; penguins ; space ; a lazy dragon ; programmers ; the ocean ; numbers ; a lost sock
length: 500-word ; short ; 200 ; five-paragraph ; 1000-word ; brief ; long ; two-page
essay_topic: climate change ; the role of women in Victorian novels ; free speech ; the ethics of cloning ; Hamlet's indecision ; technology and education ; the causes of poverty ; friendship ; why history repeats itself
genre: fantasy ; science fiction ; horror ; romance ; detective ; funny ; children's ; dystopian ; historical ; western
story_about: a girl who can talk to trees ; two rival bakers ; a robot that learns to lie ; the last lighthouse keeper ; a haunted elevator ; a thief with a conscience ; a dragon afraid of fire ; time travelling accountants ; a town where nobody sleeps ; sisters who inherit a circus
story_event: a letter arrives fifty years late ; the narrator turns out to be a ghost ; a detective has to solve his own murder ; two strangers swap phones ; the sun does not rise ; a chess match decides a war ; the villain wins
setting: ancient Egypt ; a space station ; 1920s Chicago ; a small fishing town ; a hospital at night ; post-war Berlin ; a monastery ; the last train ; a mining colony
poem_topic: autumn ; losing a friend ; the sea ; my grandmother's kitchen ; rain in the city ; first love ; a broken clock ; Mondays ; the stars ; growing old ; coffee ; winter mornings
who_funny: a lawyer ; a programmer ; a cat who hates Mondays ; a PhD student ; a plumber ; my mother-in-law ; a penguin ; an economist ; a dentist
music_style: a country ballad ; a rap battle ; a sea shanty ; an 80s power ballad ; folk ; punk
dialog_a: a pirate ; Socrates ; a therapist ; an alien ; a medieval knight ; a detective ; a tired teacher ; Napoleon ; a talking cat ; a customer ; an old farmer ; a vampire ; a strict judge ; a robot ; Marie Curie ; a sailor in a storm
story_start: The door had not been opened in thirty years, and yet ; She counted the coins again and found one too many. ; "You are late," said the dog. ; It was the last day of summer when the letters began. ; After the storm the village had a new road that nobody had built.
char_trait: always misses deadlines ; is afraid of the dark ; has lost his memory ; exceeded all targets ; cannot tell a lie ; regrets everything ; works too hard
email_kind: polite ; formal ; friendly ; apologetic ; short ; firm ; professional
recipient: my professor ; my landlord ; a client ; HR ; my team ; a recruiter ; my supervisor ; a customer ; the mayor ; my neighbour ; the school
email_topic: an extension ; the broken heating ; an unpaid invoice ; a delayed order ; my resignation ; the quarterly report ; a missed meeting ; a noise complaint ; a refund ; a reference letter
email_fact: the launch is delayed ; we are raising prices ; I cannot attend ; their application was rejected ; the meeting moved ; I found another job
job: data analyst ; nurse ; product manager ; waiter ; software engineer ; teacher ; marketing intern ; librarian ; electrician
product: a solar backpack ; an herbal tea ; noise-free keyboard ; a budgeting app ; a handmade soap ; an ice cream shop ; a standing desk ; an online course ; a reusable bottle
announce: our new app ; a book release ; a merger of two small banks ; a charity concert ; a price change ; the opening of a clinic
blog_title: Ten Habits That Changed My Life ; Why We Forget ; The Case for Boredom ; How to Read More ; What Startups Get Wrong ; A Beginner's Guide to Composting
publication: a local newspaper ; a scientific journal ; a company blog ; a teen magazine ; LinkedIn ; a trade magazine
occasion: my sister's wedding ; a retirement party ; a graduation ; a funeral ; the opening of a school ; my dad's 60th birthday
occasion_plan: birthday party ; weekend in the mountains ; baby shower ; team lunch ; family reunion ; book club
tone: funny ; warm ; serious ; light-hearted
lesson: fractions for fifth graders ; the water cycle ; the causes of the Civil War ; past tense in French ; probability ; Romeo and Juliet ; Newton's laws ; food chains ; the poems of Emily Dickinson
exam: the bar exam ; the GRE in two months ; a driving theory test ; organic chemistry finals ; a cloud certification
city: Lisbon ; Kyoto ; Rome ; Seattle ; Cape Town ; Vienna ; Mexico City
trip: a week of hiking ; a ski trip ; a month in Vietnam ; a business trip ; camping with kids
table_of: the planets and their masses ; irregular verbs ; the pros and cons of three phones ; vitamins and their sources ; US presidents since 1960 ; sorting algorithms and their complexity
project: moving house ; launching a website ; a school play ; renovating a bathroom ; writing a thesis ; opening a cafe
riddle: a shadow ; time ; an egg ; a candle ; a map ; silence
name_for: a bakery ; a cat ; a sci-fi planet ; a podcast about history ; a startup that sells socks ; a band ; a government agency ; a fantasy kingdom
suggest: title for a poem ; workout routine ; reading list ; first board game ; side dish ; topic for a speech ; name
rec_like: Dune ; Catan ; The Office ; Harry Potter ; Stardew Valley ; Radiohead ; Breaking Bad
word: scarce ; ephemeral ; beautiful ; sincere ; run ; gregarious ; peak ; orange ; nice ; obfuscate ; serendipity ; dog
idiom: bite the bullet ; spill the beans ; once in a blue moon ; break the ice ; a blessing in disguise ; burning the midnight oil
bad_sentence: He go to school every days. ; their going to loose the game if they dont practise ; Me and him was late becuase the trafic. ; I has been working here since three year ; The datas shows a increase of sale.
tone_adj: professional ; polite ; casual ; persuasive ; academic ; friendly ; concise
plain_sentence: I will not be able to come tomorrow. ; Send me the report now. ; Where is the nearest train station? ; We lost the contract because of you. ; The weather was terrible but we had fun. ; I really need this job. ; The food was cold when it arrived. ; Thank you for your help last week. ; My phone does not charge anymore.
paragraph: The town council met on Tuesday to discuss the future of the old mill. After two hours of debate, members agreed to sell the building to a group of local artists, who plan to open workshops by spring. ; Honey bees communicate the position of food through a dance. The angle of the dance shows the direction relative to the sun, while its length shows the distance. ; Dear Ms Alder, thank you for your order. Unfortunately the blue kettle is out of stock until March. We can offer the green model at the same price or refund you in full. ; In the second quarter revenue grew by 8 percent while costs rose by 12 percent, mostly because of shipping. Management expects margins to recover once the new warehouse opens. ; The Treaty was signed after three years of fighting. It returned two provinces, fixed the border along the river and obliged both sides to exchange prisoners within sixty days. ; Researchers asked 400 students to sleep either six or nine hours. Those who slept longer solved 20 percent more puzzles, yet they rated their own performance lower. ; Once the roots had rotted, the old fig tree fell across the path. Nobody in the village moved it, because each believed that it belonged to someone else. ; Neural networks learn by adjusting weights so that the error on the training data falls. Too much training leads to overfitting, where the model remembers noise. ; Maria opened the shop at six. By noon she had sold every loaf, and the queue outside still reached the bridge. ; Dentists recommend brushing twice a day with fluoride toothpaste. Flossing removes what the brush cannot reach, and a check-up each year finds small problems early. ; The company was founded in 1987 by two brothers in a garage. Today it employs 3,000 people in nine countries, but the garage still belongs to the family.
language: French ; Spanish ; German ; Japanese ; Italian ; Latin ; Arabic ; Korean ; Chinese ; Portuguese ; Swahili
verb: être ; ser ; gehen ; hablar ; avere ; faire
review: The battery died after two days and support never answered. ; Best tacos I have had in years, we will be back! ; It is fine, nothing special. ; Loved the plot, hated the ending. ; Arrived broken, packaging was a joke. ; omg this update made everything so much faster
label_a: formal ; fact ; polite ; spam
label_b: informal ; opinion ; rude ; not spam
entities: names ; dates ; places ; companies ; numbers ; verbs ; country names
given: product review ; sentence ; news headline ; question ; word ; math problem ; list of numbers ; dialogue ; short paragraph ; recipe title ; job description ; tweet ; brand name ; claim
given_task: write a title for it ; decide whether it is offensive ; rewrite it in the passive voice ; find the keyword ; explain why it might be wrong ; answer in one word ; produce a question that it answers ; give its opposite ; complete it with a fitting ending ; rate it from 1 to 5 ; translate it into Spanish ; turn it into a question ; output the largest one ; name the category that it belongs to
given_task_c: Write a title for it ; Decide whether it is sarcastic ; Rewrite it in the past tense ; Identify the subject and the verb ; Explain the reasoning step by step ; Answer in one word ; Produce two questions that it answers ; Correct any mistakes ; Generate a suitable reply ; Sort the items by size ; Say whether the claim is supported ; Write a motto ; Replace all names with placeholders
given_input: {claim_s} ; {review} ; {plain_sentence} ; {list_input} ; {bad_sentence} ; {paragraph} ; {word}
conv_from: 98 degrees Fahrenheit ; 5 miles ; 0xFF ; 250 grams of flour ; the number 2024 ; 14:30 EST ; 12 stone ; 101101 in binary
conv_to: Celsius ; kilometres ; decimal ; cups ; Roman numerals ; UTC ; kilograms ; hexadecimal
list_input: apple, 3; pear, 7; fig, 2 ; banana, cherry, apple, date ; 12, 45, 7, 19, 88 ; Mercury, Venus, Moon, Mars ; red, seven, blue, green ; 2019: 14%, 2020: 9%, 2021: 17% ; violin, cello, flute, harp ; ⟦1001, -4, 250, 17⟧
blank: The opposite of hot is ___. ; Paris is the capital of ___. ; She has lived here ___ 2010. ; An apple a day keeps the ___ away. ; Photosynthesis takes place in the ___.
blank_start: If I had known earlier, ; Despite the rain, ; The most important lesson I learned was ; Nobody expected that
mcq: Which planet is the largest? A) Mars B) Jupiter C) Venus D) Earth ; The powerhouse of the cell is: (a) ribosome (b) nucleus (c) mitochondrion ; What does HTTP stand for? A. ... B. HyperText Transfer Protocol ; Which is a prime? 1) 21 2) 29 3) 33
equation: 3x + 5 = 20 ; x^2 - 5x + 6 = 0 ; 2(x - 4) = 18 ; |x + 3| < 7 ; x^3 - 27 = 0 ; log2(x) = 5 ; 4x - y = 2, x + y = 8
arith: 17 * 23 ; 15% of 240 ; the square root of 529 ; 3/4 + 5/8 ; 2^10 - 24 ; 7 factorial ; the GCD of 84 and 126
wordproblem: A train leaves at 9 and travels at 80 km/h. Another leaves an hour later at 100 km/h. When does it catch up? ; Lena buys 3 notebooks at $4 and 2 pens at $1.50. How much change does she get from $20? ; If 5 machines make 5 parts in 5 minutes, how long do 100 machines need for 100 parts? ; A tank fills in 6 hours and drains in 9. How long until it is full if both are open? ; A shirt costs 30 dollars after a 25% discount. What was the price before? ; Two dice are rolled. What is the probability that the sum is 8? ; A baker sells a third of the rolls, then ten more; 30 are left. How many were baked?
func: x^2 sin(x) ; e^(3x) ; ln(x)/x ; (x+1)/(x^2+4) ; tan(x)
theorem: the square root of 3 is irrational ; there are infinitely many primes ; every tree with n vertices has n-1 edges ; the sum of two odd numbers is even ; a continuous function on a closed interval is bounded ; the real numbers are uncountable
sequence: 2, 6, 12, 20, ? ; 1, 1, 2, 3, 5 ; 3, 9, 27, ... ; 1, 4, 10, 22, 46 ; 81, 27, 9
logic_puzzle: Five friends sit in a row; Kim is not at either end. Where can Kim sit? ; Three boxes are labelled wrongly. You may open one. How do you fix the labels? ; Tom is taller than Ann, and Ann is taller than Raj. Who is shortest? ; All bloops are razzies and some razzies are lazzies. Are all bloops lazzies? ; You have a 3 and a 5 litre jug. Measure 4 litres. ; Every third lamp in a street of 40 is broken. How many work? ; What gets wetter the more it dries?
object_p: 2 kg ball ; car of 1200 kg ; block on an incline ; projectile ; satellite ; charged particle
physics: dropped from 20 m ; moving at 15 m/s when it brakes for 4 s ; launched at 30 degrees with 25 m/s ; pulled by a force of 12 N ; in circular orbit at 400 km
quantity: final velocity ; kinetic energy ; acceleration ; period ; molar mass ; pH
chem: a 0.1 M acetic acid solution ; sodium chloride ; H2SO4 ; a buffer of ammonia and ammonium chloride
chem_eq: Fe + O2 -> Fe2O3 ; C3H8 + O2 -> CO2 + H2O ; Al + HCl -> AlCl3 + H2
lang: Python ; JavaScript ; Rust ; Java ; C++ ; Go ; TypeScript ; C# ; Kotlin ; R ; Ruby ; PHP ; Swift ; Haskell ; bash ; MATLAB ; Lua
code_task: reverses a linked list ; checks whether a string is a palindrome ; merges two sorted arrays ; parses a CSV file and sums a column ; validates an email address ; computes the nth Fibonacci number ; removes duplicates from a list ; rate limits a function ; finds the longest common prefix ; flattens a nested dictionary
code_task_inf: rename all files in a folder ; read a JSON file ; sort a list of objects by date ; scrape a table from a web page ; send a POST request ; download a file with retries ; count word frequencies ; connect to Postgres ; parse command line arguments ; run tasks in parallel ; generate classes from a schema ; drop rows with missing values ; upload a folder to S3
algorithm: binary search ; quicksort ; Dijkstra's algorithm ; an LRU cache ; a trie ; breadth-first search ; k-means ; a Kalman filter ; union find ; simulated annealing ; the sieve of Eratosthenes
lib: pandas ; React ; numpy ; Django ; FastAPI ; Spring Boot ; Terraform ; PyTorch ; Unity ; ffmpeg ; rsync ; Excel ; Tableau
code: def f(x):\n    return x if x < 2 else f(x-1) + f(x-2) ; for (let i = 0; i <= arr.length; i++) ⟦\n  total += arr[i];\n⟧ ; SELECT * FROM users u LEFT JOIN orders o ON u.id = o.user_id WHERE o.id IS NULL; ; fn main() ⟦\n    let v = vec![1, 2, 3];\n    let w = v;\n    println!("⟦:?⟧", v);\n⟧ ; public class Door : MonoBehaviour ⟦\n  public bool open;\n  void Update() ⟦ if (open) transform.Rotate(0, 90, 0); ⟧\n⟧ ; import pandas as pd\ndf = pd.read_csv("a.csv")\nprint(df.groupby("city").mean()) ; class Node:\n    def __init__(self, val, next=None):\n        self.val = val ; const [items, setItems] = useState([]);\nuseEffect(() => ⟦ fetchItems().then(setItems) ⟧) ; int main() ⟦ int *p = NULL; printf("%d", *p); return 0; ⟧
error: TypeError: 'NoneType' object is not subscriptable ; NullPointerException at Main.java:42 ; error[E0382]: borrow of moved value ; CORS policy: No 'Access-Control-Allow-Origin' header ; segmentation fault (core dumped) ; ModuleNotFoundError: No module named 'cv2' ; ORA-00942: table or view does not exist ; exit code 137
code_thing: a shopping cart class ; a date parser ; a login endpoint ; a stack ; a function that rounds prices
sql_task: returns the top five customers by revenue ; finds duplicate emails ; counts orders per month ; lists customers without an order ; joins three tables and filters by date
sql: select * from sales where year(sold_at) = 2023 order by price ; select count(distinct user_id) from events group by day
regex_of: a phone number ; dates in ISO format ; strings that start with a digit and end in a space ; hex colours ; IPv4 addresses
cfg: Dockerfile ; GitHub Actions workflow ; nginx config ; Kubernetes manifest ; docker-compose file ; systemd unit
cfg_for: a Flask app ; a Node server behind a proxy ; a Postgres database ; a nightly backup ; a Rust service
tech_pair: REST and GraphQL ; SQL and NoSQL ; a process and a thread ; Kafka and RabbitMQ ; git merge and git rebase ; var, let and const ; TCP and UDP ; supervised and unsupervised learning ; Vue and React
tech_use: a small blog ; real-time chat ; machine learning ; embedded systems ; a mobile game ; parsing logs ; web scraping
app: a library system ; a food delivery app ; a chat service ; an online shop ; a clinic's appointments ; a URL shortener ; a personal portfolio ; a quiz platform ; a loan form
load: a million users a day ; 10k requests per second ; offline clients ; very large files
game: snake ; tic-tac-toe ; hangman ; tetris ; platformer ; text adventure ; minesweeper
role: a career coach ; a Linux terminal ; an experienced lawyer ; a stand-up comedian ; a nutritionist ; a math tutor ; an English translator ; a debate champion ; a dungeon master ; a data scientist ; a relationship counsellor ; a tour guide ; a chess engine ; a strict editor ; a doctor with forty years of practice
role_short: doctor ; pirate ; lawyer ; teacher ; physicist ; poet
role_task: Help me find out what I am good at. ; I type commands and you reply with the output only. ; Explain complex ideas without jargon. ; Argue against my position. ; Ask me one question at a time. ; Improve my sentences and reply with the corrected text only. ; Start a campaign in a sunken city. ; Write a routine about everyday life. ; Give me feedback on my business idea.
textgame: twenty questions ; hangman ; battleships on paper ; a text adventure ; word association ; trivia
gen_text: a regular expression ; five multiple choice questions ; a short bio ; a polite reply ; a list of synonyms ; sample data in CSV ; an outline ; a funny excuse ; a random password policy ; a summary ; a strong hook ; three subject lines ; an FAQ ; meeting minutes ; a persuasive paragraph ; a discussion guide ; test cases ; a commit message ; a report ; a poem ; a checklist
use_text: my dating profile ; an email newsletter ; a school assignment ; a job interview ; a client meeting ; my thesis ; a landing page ; a support team ; my boss ; a book club
feel: feel lonely ; am stressed ; feel like giving up ; am proud ; can't sleep ; feel guilty ; am nervous
feel_why: I moved to a new city ; my exams start on Monday ; my best friend stopped talking to me ; I got promoted ; my dog died ; I shouted at my son ; nobody reads my work
feel_ask: Any advice? ; What should I do? ; Can we talk? ; Is that normal? ; How do I cope?
chat: hello, how are you today? ; good morning! ; thanks, that helped a lot ; you are wrong about that ; what can you do? ; are you a human? ; lol that was funny, another one ; i'm bored ; who made you ; let's talk about something fun ; do you have feelings? ; ok and then? ; goodnight ; do you speak Polish?
relation: boss ; roommate ; girlfriend ; brother ; coworker ; mother ; neighbour ; employee
rel_problem: keeps taking credit for my work ; never cleans the kitchen ; wants to move in ; borrowed money and won't pay back ; ignores my messages ; recorded our talk ; complains about everything
symptom: my knee clicks ; I cry at films ; my cat sleeps all day ; coffee makes me tired ; my tongue hurts after pineapple ; I talk to myself
disease: anaemia ; flu ; type 2 diabetes ; a concussion ; burnout ; vitamin D deficiency ; pneumonia
legal_q: Can my landlord enter without notice? ; What is the minimum wage law about? ; Is a verbal agreement binding? ; Do I need a lawyer to register a trademark? ; What are the elements of negligence? ; Can I be fired for being ill?
money_q: Should I pay off debt or invest? ; How does a Roth IRA differ from a traditional one? ; What is a good budget for someone earning 3,000 a month? ; How do taxes work for freelancers? ; Is gold a good hedge? ; What does EBITDA tell me?
career_q: How do I explain a gap in my CV? ; Is a PhD worth it? ; What should I ask at the end of an interview? ; How do junior developers find their first job? ; Which certificates help a nurse? ; How do I become a pilot at 40?
country: Mongolia ; Australia ; Peru ; Kenya ; Canada ; Turkey
history_of: the Suez Canal ; the internet ; the samurai ; vaccination ; the Olympic Games ; Islam in Spain ; the bicycle ; the Magna Carta ; jazz ; the space race ; the Mongol Empire ; chocolate
thinker: Nietzsche ; Kant ; Marx ; Plato ; Confucius ; Hannah Arendt ; Foucault ; Wittgenstein
idea: the categorical imperative ; alienation ; the cave ; the will to power ; the banality of evil ; language games ; filial piety
book: 1984 ; The Great Gatsby ; Moby-Dick ; Pride and Prejudice ; Crime and Punishment ; Inception ; Hamlet ; The Godfather ; Macbeth ; Spirited Away ; One Hundred Years of Solitude
joke: Why did the scarecrow win a prize? He was outstanding in his field. ; I told my wife she drew her eyebrows too high. She looked surprised. ; There are 10 kinds of people, those who know binary and those who don't.
dish: lasagna ; ramen ; banana bread ; chicken curry ; scrambled eggs ; paella ; risotto ; pancakes ; gnocchi ; chili
ingredient: eggs ; milk ; rice ; onions ; butter ; chicken ; spinach ; flour ; lentils ; tofu ; cheese
vivid: a sunset over the sea ; a crowded market ; an old library ; a forest after rain ; a storm at sea ; a city at night ; a haunted house ; a mountain summit ; a spaceship's bridge ; a grandmother's kitchen ; a ruined castle ; a snowy morning
vivid_char: a dwarf blacksmith ; an ageing detective ; a teenage witch ; a space smuggler ; a half-elf rogue ; a retired ninja ; a cruel queen ; a friendly ogre
vivid_short: my dog on the beach ; a snowy mountain ; my new puppy ; a cup of coffee ; our wedding ; the first snow ; a neon city ; a plate of pasta
abstract_t: the economy ; life in ancient Rome ; office culture ; the job market ; poverty in the 19th century ; the refugee crisis ; student life ; the company's finances
use_web: an online shop ; a news site ; a university website ; a museum archive
painting: Guernica ; The Starry Night ; the Mona Lisa ; The Scream ; Girl with a Pearl Earring ; Las Meninas ; The Persistence of Memory ; The Great Wave
art_pair: impressionism and expressionism ; baroque and rococo ; cubism and futurism ; surrealism and dada ; romanticism and realism
art_style: impressionist ; baroque ; cubist ; Byzantine ; Flemish ; abstract expressionist ; ukiyo-e
influence: modern design ; photography ; cinema ; Van Gogh ; fashion
photo_task: night photography ; portraits ; wildlife ; shooting indoors ; sports ; product shots ; the milky way
photo_thing: aperture ; ISO ; shutter speed ; focal length ; white balance ; film grain ; a polarising filter
draw_what: hands ; faces ; perspective ; animals ; figures ; clothes
art_verb: draw ; paint with watercolours ; sketch ; take better photos ; do calligraphy ; sculpt ; design logos
gen_art: AI-generated images ; using someone's photo ; selling fan art ; stock photos ; tattoos of famous paintings
sign_t: road sign ; map ; weather chart ; dashboard
evidence: a falling birth rate ; these survey results ; two contradictory witnesses ; the fossil record ; a p-value of 0.2
contract: a freelance designer ; renting a room ; a dog walker ; a loan between friends
line_between: work and private life ; confidence and arrogance ; satire and insult ; helping and meddling
cards: two aces ; a flush ; a red card ; three kings ; a heart and then a spade
app_d: a Flask app ; a Go binary ; a Node service ; a CUDA program ; a cron job
docker_problem: 4 GB large ; not starting ; failing to build on ARM ; missing certificates ; rebuilt from scratch each time
docker_error: no space left on device when pulling an image ; image not found in the registry, why ; how do i prune dangling images ; how to tag an image and push it
image_proc: edge detection on a photo ; converting PNG to JPEG ; cropping a picture to a square ; reading EXIF data ; thresholding a grayscale image ; counting objects in an image ; blurring faces in a picture
image_code: resize a batch of photos ; convert an image to grayscale ; draw a rectangle on a canvas ; load a picture into an array ; rotate an image ; compute an image histogram ; lazy load images
image_lib: OpenCV ; Pillow ; ImageMagick ; HTML canvas ; three.js ; scikit-image ; pygame
image_algo: JPEG compression ; image segmentation ; a convolutional network ; a variational autoencoder ; ray tracing ; image hashing ; SIFT
dataset: CIFAR-10 ; MNIST ; a folder of X-ray images ; ImageNet ; satellite images
css: centres an image in a div ; makes a background image cover the page ; draws a triangle ; adds a hover effect to a picture
plot_of: a sine wave ; a histogram of ages ; two lines with a legend ; a scatter plot with a trend line
os: Linux ; macOS ; Windows 11
la: a linear map ; a matrix with rank two ; the derivative operator
optics: magnification ; focal length ; distance of the image
scandal: a scandal ; a data breach ; a product recall ; layoffs
scenario: you are stuck in an elevator with your worst enemy ; your startup has two weeks of cash left ; a stranger hands you a suitcase full of money ; you find your boss asleep in a meeting ; a student refuses to take the exam ; your car breaks down in the desert
imagine_that: you could speak with your younger self ; cats rule the world ; money grows on trees ; you are the mayor of a flooded city ; all meetings were sung ; you wake up in 1850
imagine_ask: What would you do first? ; Write a diary entry. ; Describe your emotions. ; How would daily life change? ; Give a short speech. ; What would you say?
outline_of: a fantasy novel ; a ten-week course on statistics ; a business plan for a food truck ; an article on habits for children ; a research proposal on sleep ; a talk about open source
design_text: workout plan ; reward system ; reading programme ; survey ; curriculum ; workshop ; bathroom cleaning schedule ; onboarding process
dnd: stat block ; quest ; character sheet ; magic item ; one-shot adventure
context_sentence: I run a small bakery with four employees. ; I have been studying physics for a year. ; My daughter is 14 and hates maths. ; We are a remote team across three time zones. ; I live in a small flat in the north. ; I'm writing a novel about two painters. ; I adopted an old dog last month. ; I recently switched from nursing to coding. ; I am 45 and new to this trade. ; I'm on a low-carb diet.
context_sentence_b: Money is tight. ; I have tried a few things and none worked. ; I'm not an expert. ; It has been like that for weeks. ; My deadline is Friday.
context_ask: What would you advise? ; How should I plan the next month? ; Can you explain what I am missing? ; How do I get better at this? ; Give me three options and rank them. ; What questions should I ask? ; Where do I begin? ; How would you structure this?
chat_ask: can you help me with my homework ; i need a good excuse for missing work ; what should i name my dog ; can you check my essay ; tell me something interesting ; i want to learn python where do i start ; whats a good comeback ; how r u ; help me decide between two jobs ; give me a compliment
lang_ru: Объясни, что такое инфляция простыми словами. ; Напиши функцию на Python, которая сортирует список. ; Как приготовить борщ? ; Расскажи о причинах Первой мировой войны. ; Переведи на английский: "Я не смогу прийти завтра". ; Реши уравнение x^2 - 9 = 0. ; Исправь ошибку в этом коде на C#. ; Придумай название для кофейни. ; Напиши рассказ о старом моряке.
lang_zh: 请解释什么是通货膨胀。 ; 写一首关于秋天的诗。 ; 如何学习编程？ ; 把这句话翻译成英文：我明天不能来。 ; 求解方程 x^2 - 9 = 0。 ; 用Python写一个排序函数。 ; 总结一下这篇文章的主要观点。 ; 为什么天空是蓝色的？ ; 给我写一份商业计划书的大纲。
lang_es: Explícame qué es la inflación. ; Escribe un poema sobre el mar. ; ¿Cómo puedo dormir mejor? ; ¿Cuál es la diferencia entre ser y estar? ; Resume el siguiente texto en tres frases. ; Escribe un correo formal a mi jefe.
lang_fr: Explique-moi la photosynthèse. ; Écris une lettre de motivation pour un poste de vendeur. ; Comment apprendre l'anglais rapidement ? ; Corrige les fautes de ce texte. ; Quelle est la différence entre un virus et une bactérie ?
lang_de: Erkläre mir die Relativitätstheorie. ; Schreibe eine Kurzgeschichte über einen Uhrmacher. ; Wie lerne ich schneller? ; Was ist der Unterschied zwischen Aktien und Anleihen? ; Schreibe eine E-Mail an meinen Vermieter.
lang_ja: 光合成について説明してください。 ; 俳句を三つ作ってください。 ; この文章を要約してください。 ; 東京の歴史を教えて。 ; Pythonでリストを並べ替える方法は？ ; 退職のメールを書いてください。
followup: make it longer ; more formal please ; now explain it step by step ; can you give another example? ; why did you choose that? ; continue ; shorten your previous answer to one sentence ; now do the same in Java ; that's not what I asked, try again ; translate your answer to French ; pick up where the last chapter stopped ; what would you change about your first answer
ui_task: hey, please write a readme for a small command line tool ; give me the json schema for an invoice ; write a git commit message for a bug fix in the login form ; name the variables better: a, b, tmp2 ; turn the rules of rugby into a card game ; what goes into a good starter deck for a trading card game ; play a customs officer who does not trust me, I answer ; rewrite my lab report as if a poet had written it ; turn my notes into flashcards
out_format: JSON ; one line ; a table with two columns ; bullet points ; plain text, no preamble
doc: essay ; abstract ; cover letter ; email draft ; introduction ; speech ; short story
doc_task: proofread it ; make it more persuasive ; cut it to half the length ; point out weak arguments ; suggest a better title ; translate it into German ; rewrite it for children ; check the logic
doc_ask: Is this argument valid? ; What is missing here? ; Write a reply. ; Who is the audience? ; How would you improve it? ; What happens next?
sheet: column A holds dates and column B amounts ; each row is a customer ; names and surnames share one cell ; some rows are duplicated
sheet_task: sum the values by month ; split a name into two cells ; look up a price in another sheet ; count unique values ; highlight the rows above the average ; hide the rows that are empty
""")
